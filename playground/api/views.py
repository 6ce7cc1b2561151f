"""The API: starting, reading, listing and cancelling, for programs with a token.

Answers the published JSON (docs/schemas/) and, where it refuses, docs/schemas/error.v1.json.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from playground.accounts.visitor import visitor_of
from playground.api.authentication import for_programs
from playground.api.document import document
from playground.api.errors import Refused
from playground.api.filters import wrong_filters
from playground.api.listing import forms_as_json
from playground.api.parsing import NAMES, posted
from playground.comparisons.access import find_comparison, find_run
from playground.composer.forms import NO_PROJECT, RunForm
from playground.exports.redaction import shown_comparison, shown_run
from playground.exports.responses import everything, origin_of, represented
from playground.history import pagination
from playground.history.forms import HistoryForm
from playground.history.rows import models_of, rows
from playground.history.views import moment, place_of
from playground.runs.models.run import Run
from playground.submission import columns, create
from playground.worker import slots

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest

    from playground.runs.models.comparison import Comparison

REUSED = "This key was already sent with other content. Send this with a new key."
SPENT = "What this key started was deleted. Nothing was started. To run it again, send a new key."
WRONG = "Nothing was started: see `fields`."


@login_not_required
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The description of all this. It says nothing about what is stored here."""
    return JsonResponse(document(origin_of(request)), json_dumps_params={"ensure_ascii": False})


@for_programs("GET", "POST")
def runs(request: HttpRequest) -> HttpResponse:
    return _start(request) if request.method == "POST" else _list(request)


def _start(request: HttpRequest) -> HttpResponse:
    """201 with what was started; 200 with what the same key started before."""
    read, visitor = posted(request), visitor_of(request)
    form = RunForm(read.data, read.files, visitor=visitor)
    form.keep_line_ends()
    form.asks_for_pages = False
    if not form.is_valid():
        raise Refused(422, "invalid", WRONG, _errors(form))
    asked = form.asked()
    try:
        started, is_first = create.press(asked, visitor.account)
    except create.NoProjectError:
        raise Refused(422, "invalid", WRONG, {"project": [NO_PROJECT]}) from None
    except create.TokenReusedError:
        raise Refused(409, "key_reused", REUSED) from None
    except create.TokenSpentError:
        raise Refused(409, "key_spent", SPENT) from None
    response = _answer(request, started)
    response.status_code = 201 if is_first else 200
    response["Location"] = _address(request, started)
    return response


def _errors(form: RunForm) -> dict[str, list[str]]:
    """By the names that a program sent; what is about no field is about the whole."""
    names = {inner: name for name, inner in NAMES.items()}
    return {names.get(name, name): list(map(str, words)) for name, words in form.errors.items()}


def _address(request: HttpRequest, item: Run | Comparison) -> str:
    name = "api-run" if isinstance(item, Run) else "api-comparison"
    return request.build_absolute_uri(reverse(name, args=[item.pk]))


def _answer(request: HttpRequest, item: Run | Comparison) -> HttpResponse:
    """The item as it is now. Raises SealedError."""
    if isinstance(item, Run):
        return represented(shown_run(item, everything(request)), "json")
    cells = list(item.cells().in_full())
    if not cells:
        raise Http404
    return represented(shown_comparison(item, cells, everything(request)), "json")


def _list(request: HttpRequest) -> HttpResponse:
    """One page of History, each form once. What cannot be read is refused, not left out."""
    form, visitor = HistoryForm(request.GET), visitor_of(request)
    wanted, after = form.wanted(), request.GET.get("after", "")
    before, place = moment(after), place_of(after)
    fields = wrong_filters(request.GET, form, visitor)
    if after and not (place.count if wanted.ranked else before):
        fields.setdefault(
            "after", ["This is not where a page ended. Follow `next` of the page before."]
        )
    if fields:
        raise Refused(422, "invalid", "This cannot be looked for: see `fields`.", fields)
    if wanted.ranked:
        page = pagination.best(visitor, wanted, place)
    else:
        page = pagination.page(visitor, wanted, before)
    found = rows(Run.objects.visible_to(visitor), page.found)
    query = request.GET.copy()
    query["after"] = page.older
    older = request.build_absolute_uri(f"?{query.urlencode()}") if page.older else None
    body = forms_as_json(found, models_of(found), origin_of(request), older)
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


@for_programs("GET")
def run(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    return _answer(request, find_run(request, run_id))


@for_programs("POST")
def cancel_run(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Before it was sent: not sent. Afterwards: not waited for. After its end: nothing."""
    found = find_run(request, run_id)
    slots.cancel(found)
    return _answer(request, find_run(request, run_id))


@for_programs("GET")
def comparison(request: HttpRequest, comparison_id: uuid.UUID) -> HttpResponse:
    return _answer(request, find_comparison(request, comparison_id))


@for_programs("POST")
def cancel_comparison(request: HttpRequest, comparison_id: uuid.UUID) -> HttpResponse:
    """Cancel every run that still waits to be sent; what was sent goes on."""
    found = find_comparison(request, comparison_id)
    columns.cancel_waiting(found)
    return _answer(request, found)
