"""Adding, changing and removing a case of a test set: answers the page of the set as it is then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from django.http import QueryDict
from django.views.decorators.http import require_POST

from playground.accounts.visitor import visitor_of
from playground.experiments import cases, versions
from playground.experiments.case_form import form_of, posted_form
from playground.experiments.models.test_set import MAX_CASES
from playground.experiments.test_set_page import page_of
from playground.experiments.test_set_views import find_test_set, page
from playground.web.responses import see_other

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest, HttpResponse

    from playground.experiments.models.test_set import TestSet

MAX_BACK_LENGTH = 2000  # characters of the filters that a form carries along
FULL = f"A test set has at most {MAX_CASES:,} cases. Nothing was kept. Remove one first."
CHANGED = (
    "This case was changed in another tab or by somebody else, and nothing was kept. What is there "
    "now stands below. Save again to put yours in its place, or cancel."
)
REMOVED = "This case was removed in another tab. Nothing was kept. Add it again by hand."


@require_POST
def add(request: HttpRequest, set_id: uuid.UUID) -> HttpResponse:
    test_set = find_test_set(request, set_id)
    form = posted_form(request, visitor_of(request), [])
    if form.is_valid():
        try:
            version = cases.add(test_set, [form.content()])
            last = version.cases.count() - 1
            return see_other(_back(test_set, {"page": str(page_of(last)), "add": "1"}))
        except cases.TooManyCasesError:
            form.add_error(None, FULL)
    return page(request, versions.newest_of(test_set), QueryDict(""), status=422, form=form)


@require_POST
def change(request: HttpRequest, set_id: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    """Keep what was typed; with 409 nothing is, where the case is not what was read."""
    test_set = find_test_set(request, set_id)
    form, back = posted_form(request, visitor_of(request), []), _filters(request)
    version, query = versions.newest_of(test_set), QueryDict(urlencode(back))
    if not form.is_valid():
        return page(request, version, query, status=422, form=form, edited=key)
    try:
        cases.change(test_set, key, form.content(), form.seen)
    except cases.CaseChangedError:
        now = version.cases.filter(key=key).first()
        form.add_error(None, CHANGED if now else REMOVED)
        form.seen = form_of(now, []).seen if now else ""
        there: dict[str, Any] = {"edited": key, "there": form_of(now, [])} if now else {}
        return page(request, version, query, status=409, form=form, **there)
    return see_other(_back(test_set, back))


@require_POST
def remove(request: HttpRequest, set_id: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    test_set = find_test_set(request, set_id)
    cases.remove(test_set, key)
    return see_other(_back(test_set, _filters(request)))


def _filters(request: HttpRequest) -> dict[str, str]:
    """Return the filters of the page that the form stood on."""
    found = dict(parse_qsl(request.POST.get("back", "")[:MAX_BACK_LENGTH]))
    return {name: text for name, text in found.items() if name in {"q", "tag", "value", "page"}}


def _back(test_set: TestSet, filters: dict[str, str]) -> str:
    query = f"?{urlencode(filters)}" if filters else ""
    return f"{test_set.get_absolute_url()}{query}"
