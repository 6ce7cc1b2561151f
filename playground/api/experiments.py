"""The API of experiments: starting, reading, listing, pausing, going on and ending."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from playground.accounts.visitor import visitor_of
from playground.api.bodies import filters
from playground.api.errors import Refused, as_json
from playground.api.experiment_bodies import posted
from playground.api.filters import NOT_THERE, UNREAD
from playground.api.operations import operation
from playground.api.replies import Cost
from playground.api.starting import REUSED, SPENT, WRONG
from playground.api.types import ExperimentFilters, NewExperimentForm
from playground.experiments import progress, published, result
from playground.experiments.access import find_experiment
from playground.experiments.document.fields import NewExperiment
from playground.experiments.document.images import Images
from playground.experiments.document.problems import DocumentError
from playground.experiments.document.starting import Asked
from playground.experiments.models.experiment import Experiment
from playground.exports import FORMAT
from playground.exports.responses import origin_of
from playground.runs.models.comparison import Comparison
from playground.submission.create import TokenReusedError, TokenSpentError
from playground.web.params import moment_or_none, uuid_or_none

PAGE_SIZE = 50
ONE: dict[str, Any] = {"answers": {200: published.Experiment}, "refuses": (409,)}
EXAMPLE = {
    "name": "Totals",
    "prompt": "What is the total of {{shop}}?",
    "variants": [
        {"model": "google/gemini-2.0-flash-001"},
        {"model": "openai/gpt-4o", "temperature": 0},
    ],
    "marks": [{"rule": "number", "within": 0.005}],
    "cases": [{"variables": {"shop": "Dune"}, "expected": "429.57"}],
    "idempotency_key": "totals-0001",
}


@operation(
    "startExperiment",
    takes=NewExperiment,
    form=NewExperimentForm,
    answers={200: published.Experiment, 201: published.Experiment},
    refuses=(409, 429),
    example=EXAMPLE,
)
def start_experiment(request: HttpRequest) -> HttpResponse:
    """Start an experiment.

    Answers as soon as it is stored and its first runs are queued; read it until its state is ended.
    With multipart/form-data the field `experiment` is the JSON, and its cases name the files that
    are sent beside it.
    """
    try:
        experiment, is_first = _asked(request).start()
    except DocumentError as wrong:
        raise Refused(422, "invalid", WRONG, wrong.fields) from None
    except TokenReusedError:
        raise Refused(409, "key_reused", REUSED) from None
    except TokenSpentError:
        raise Refused(409, "key_spent", SPENT) from None
    response = _answer(request, experiment)
    response.status_code = 201 if is_first else 200
    address = reverse("api-experiment", args=[experiment.pk])
    response["Location"] = request.build_absolute_uri(address)
    return response


def _asked(request: HttpRequest) -> Asked:
    """Return what the body asks, checked. Raises DocumentError and Refused."""
    body, visitor = posted(request), visitor_of(request)
    return Asked.of(body.document, visitor, Images(visitor, body.files))


@operation(
    "costExperiment",
    takes=NewExperiment,
    form=NewExperimentForm,
    answers={200: Cost},
    example=EXAMPLE,
)
def cost(request: HttpRequest) -> HttpResponse:
    """How many runs an experiment would be, and for about how much.

    Takes what starts one, checks it and starts nothing; images are not kept.
    """
    try:
        asked = _asked(request)
    except DocumentError as wrong:
        raise Refused(422, "invalid", WRONG, wrong.fields) from None
    about = asked.cost()
    body: Cost = {
        "format": FORMAT,
        "kind": "cost",
        "words": asked.words,
        "runs": about.runs,
        "units": about.units,
        "amount": None if about.amount is None else f"{about.amount:f}",
        "is_free": about.is_free,
    }
    return as_json(body)


def _answer(request: HttpRequest, experiment: Experiment) -> HttpResponse:
    return as_json(result.as_json(experiment, origin_of(request)))


@operation("listExperiments", query=ExperimentFilters, answers={200: published.Experiments})
def list_experiments(request: HttpRequest) -> HttpResponse:
    """A page of experiments, newest first."""
    visible = Comparison.objects.visible_to(visitor_of(request))
    found = Experiment.objects.filter(comparison__in=visible).select_related("comparison__project")
    after = _after(request)
    if after:
        moment, pk = _place(after)
        same = Q(comparison__created_at=moment, pk__lt=pk)
        found = found.filter(Q(comparison__created_at__lt=moment) | same)
    ordered = found.order_by("-comparison__created_at", "-pk")
    page = list(ordered[: PAGE_SIZE + 1])
    items, origin = page[:PAGE_SIZE], origin_of(request)
    older = None
    if len(page) > PAGE_SIZE:
        last = items[-1]
        query = request.GET.copy()
        query["after"] = f"{last.comparison.created_at.isoformat()}~{last.pk}"
        older = request.build_absolute_uri(f"?{query.urlencode()}")
    body: published.Experiments = {
        "format": FORMAT,
        "kind": "experiments",
        "items": [result.brief(one, origin) for one in items],
        "next": older,
    }
    return as_json(body)


def _after(request: HttpRequest) -> str:
    """Return where the page before ended; blank for the first. Raises Refused."""
    values, wrong = filters(request, ExperimentFilters)
    if wrong:
        raise Refused(422, "invalid", UNREAD, wrong)
    return str(values.get("after", ""))


def _place(after: str) -> tuple[datetime, UUID]:
    text, _, pk = after.partition("~")
    moment, known = moment_or_none(text), uuid_or_none(pk)
    if not moment or not known:
        raise Refused(422, "invalid", UNREAD, {"after": [NOT_THERE]})
    return moment, known


@operation("readExperiment", **ONE)
def experiment(request: HttpRequest, experiment_id: uuid.UUID) -> HttpResponse:
    """An experiment as it is now: its plan, how far it is, what its marks say."""
    return _answer(request, find_experiment(request, experiment_id))


def _act(request: HttpRequest, pk: uuid.UUID, act: Callable[[Experiment], bool]) -> HttpResponse:
    """Do it, and answer what became of it; where there was nothing to do, nothing is changed."""
    found = find_experiment(request, pk)
    act(found)
    found.refresh_from_db()
    return _answer(request, found)


@operation("pauseExperiment", **ONE)
def pause(request: HttpRequest, experiment_id: uuid.UUID) -> HttpResponse:
    """Send nothing more until it is resumed.

    What was sent goes on. One that is not running stays as it is.
    """
    return _act(request, experiment_id, progress.pause)


@operation("resumeExperiment", **ONE)
def resume(request: HttpRequest, experiment_id: uuid.UUID) -> HttpResponse:
    """Go on after a pause.

    One that is not paused stays as it is.
    """
    return _act(request, experiment_id, progress.resume)


@operation("endExperiment", **ONE)
def end(request: HttpRequest, experiment_id: uuid.UUID) -> HttpResponse:
    """Ask nothing more.

    What was not sent is cancelled; what was sent goes on. One that has ended stays as it is.
    """
    return _act(request, experiment_id, progress.end)
