"""The API of experiments: starting, reading, listing, pausing, going on and ending."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.http import HttpResponse, JsonResponse
from django.urls import reverse

from playground.accounts.visitor import visitor_of
from playground.api.authentication import for_programs
from playground.api.errors import Refused
from playground.api.experiment_bodies import posted
from playground.api.views import REUSED, SPENT, WRONG
from playground.experiments import progress
from playground.experiments.access import find_experiment
from playground.experiments.document.images import Images
from playground.experiments.document.problems import DocumentError
from playground.experiments.document.starting import Asked
from playground.experiments.models.experiment import Experiment
from playground.experiments.result import as_json, brief
from playground.exports import FORMAT
from playground.exports.responses import origin_of
from playground.runs.models.comparison import Comparison
from playground.submission.create import TokenReusedError, TokenSpentError
from playground.web.params import moment_or_none, uuid_or_none

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from django.http import HttpRequest

PAGE_SIZE = 50
NOT_THERE = "This is not where a page ended. Follow `next` of the page before."
UNREAD = "This cannot be looked for: see `fields`."


@for_programs("GET", "POST")
def experiments(request: HttpRequest) -> HttpResponse:
    return _start(request) if request.method == "POST" else _list(request)


def _start(request: HttpRequest) -> HttpResponse:
    """201 with what was started; 200 with what the same key started before."""
    body, visitor = posted(request), visitor_of(request)
    try:
        asked = Asked.of(body.document, visitor, Images(visitor, body.files))
        experiment, is_first = asked.start()
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


def _answer(request: HttpRequest, experiment: Experiment) -> HttpResponse:
    return _json(as_json(experiment, origin_of(request)))


def _json(body: object) -> HttpResponse:
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


def _list(request: HttpRequest) -> HttpResponse:
    """One page, newest first. The next begins behind the last of this one."""
    visible = Comparison.objects.visible_to(visitor_of(request))
    found = Experiment.objects.filter(comparison__in=visible).select_related("comparison")
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
    body = {"format": FORMAT, "kind": "experiments", "next": older}
    return _json(body | {"items": [brief(one, origin) for one in items]})


def _after(request: HttpRequest) -> str:
    """Return where the page before ended; blank for the first. Raises Refused."""
    wrong = {}
    for name, values in request.GET.lists():
        if name != "after":
            wrong[name] = ["There is no such filter."]
        elif len(values) > 1 or not values[0].strip():
            wrong[name] = ["Give one value, or leave the filter out."]
    if wrong:
        raise Refused(422, "invalid", UNREAD, wrong)
    return request.GET.get("after", "")


def _place(after: str) -> tuple[datetime, UUID]:
    text, _, pk = after.partition("~")
    moment, known = moment_or_none(text), uuid_or_none(pk)
    if not moment or not known:
        raise Refused(
            422, "invalid", "This cannot be looked for: see `fields`.", {"after": [NOT_THERE]}
        )
    return moment, known


@for_programs("GET")
def experiment(request: HttpRequest, experiment_id: uuid.UUID) -> HttpResponse:
    """The experiment as it is now."""
    return _answer(request, find_experiment(request, experiment_id))


def _act(request: HttpRequest, pk: uuid.UUID, act: Callable[[Experiment], bool]) -> HttpResponse:
    """Do it, and answer what became of it; where there was nothing to do, nothing is changed."""
    found = find_experiment(request, pk)
    act(found)
    found.refresh_from_db()
    return _answer(request, found)


@for_programs("POST")
def pause(request: HttpRequest, experiment_id: uuid.UUID) -> HttpResponse:
    """Send nothing more until it is resumed; what was sent goes on."""
    return _act(request, experiment_id, progress.pause)


@for_programs("POST")
def resume(request: HttpRequest, experiment_id: uuid.UUID) -> HttpResponse:
    return _act(request, experiment_id, progress.resume)


@for_programs("POST")
def end(request: HttpRequest, experiment_id: uuid.UUID) -> HttpResponse:
    """Ask nothing more and cancel what was not sent."""
    return _act(request, experiment_id, progress.end)
