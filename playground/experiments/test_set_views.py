"""The pages of test sets: the list, one set with its cases and versions, and its actions."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from playground.accounts.projects.moving import NotMovedError, move_context, project_named
from playground.accounts.visibility import (
    find_in_sight,
    may_change,
    may_remove,
    refuse_lookers,
    refuse_removal,
    sees,
)
from playground.accounts.visitor import visitor_of
from playground.experiments import test_set_page as pages
from playground.experiments import test_sets, versions
from playground.experiments.case_form import CaseForm, form_of
from playground.experiments.models.test_set import MAX_NAME_LENGTH, TestSet, Version
from playground.web.fragments import is_fragment
from playground.web.params import line, number_or_none, uuid_or_none
from playground.web.responses import see_other

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

SETS_A_PAGE = 50
NAMELESS = "A test set needs a name. Type one."


def find_test_set(request: HttpRequest, set_id: uuid.UUID) -> TestSet:
    """Return the test set, if this visitor may see it; raises Http404.

    Whoever may look only is refused where something would change: NotAllowedHereError.
    """
    visitor, there = visitor_of(request), TestSet.objects.there()
    test_set = find_in_sight(there.select_related("project", "owner"), visitor, set_id)
    if request.method not in {"GET", "HEAD"}:
        refuse_lookers(visitor, test_set)
    return test_set


def find_version(request: HttpRequest, test_set: TestSet) -> Version:
    """Return the version that the address names, the newest where it names none; raises Http404."""
    wanted = request.GET.get("version")
    if wanted is None:
        return versions.newest_of(test_set)
    return get_object_or_404(test_set.versions, number=number_or_none(wanted) or 0)


@require_http_methods(["GET", "HEAD", "POST"])
def test_set_list(request: HttpRequest) -> HttpResponse:
    """All test sets, newest first; POST makes an empty one."""
    if request.method != "POST":
        return _list(request)
    name = line(request, "name", MAX_NAME_LENGTH)
    if not name:
        return _list(request, problem=NAMELESS, status=422)
    try:
        version = test_sets.create(name, visitor_of(request).account)
    except test_sets.TooManyTestSetsError:
        return _list(request, problem=test_sets.TOO_MANY, status=422)
    return see_other(f"{version.test_set.get_absolute_url()}?add=1")


def _list(request: HttpRequest, *, status: int = 200, **extra: Any) -> HttpResponse:
    visitor = visitor_of(request)
    visible = TestSet.objects.visible_to(visitor)
    newest = Version.objects.newest().filter(test_set__in=visible).with_counts()
    deleted = uuid_or_none(request.GET.get("deleted", "")) or uuid.UUID(int=0)
    there = TestSet.objects.recoverable(visitor, test_sets.UNDO_LIFETIME)
    rows = newest.select_related("test_set__project").order_by("-created_at")
    listed = Paginator(rows, SETS_A_PAGE).get_page(request.GET.get("page"))
    used = test_sets.use_counts([one.test_set_id for one in listed], visitor)
    context = {
        "page": listed,
        "versions": [(one, used.get(one.test_set_id, 0)) for one in listed],
        "deleted": there.filter(deleted_at__isnull=False).filter(pk=deleted).first(),
    }
    return render(request, "experiments/test_set/list.html", context | extra, status=status)


@require_safe
def show(request: HttpRequest, set_id: uuid.UUID) -> HttpResponse:
    """The cases of a version. `edit` names the case that is shown as fields, `add` adds one."""
    test_set = find_test_set(request, set_id)
    version = find_version(request, test_set)
    wanted = uuid_or_none(request.GET.get("edit", ""))
    case = version.cases.filter(key=wanted).first() if wanted else None
    names = list(case.variables) if case else []
    if case:
        return page(request, version, request.GET, edited=case.key, form=form_of(case, names))
    form = CaseForm(pages.Facts.of(version).names) if "add" in request.GET else None
    return page(request, version, request.GET, form=form)


def page(
    request: HttpRequest, version: Version, query: QueryDict, *, status: int = 200, **editing: Any
) -> HttpResponse:
    """The page of a version, whole or its main part for htmx.

    query: the filters. editing: `form` of a case, and `edited`, its key, where it is there already.
    """
    test_set, filters = version.test_set, pages.Filters.of(query)
    compared, visitor = "changes" in query, visitor_of(request)
    rows = pages.version_rows(test_set, version, compared=compared)
    facts = pages.Facts.of(version)
    context = {
        "test_set": test_set,
        "version": version,
        "is_newest": version == rows[0].version,
        "facts": facts,
        "filters": filters,
        "value_choices": pages.VALUES.items(),
        **pages.page_context(version, filters, facts.names),
        "page_query": f"&{rest}" if (rest := address_query(query, page="")) else "",
        "versions": rows,
        "experiments": test_sets.experiments_of(test_set, visitor),
        "looks": not may_change(visitor, test_set),
        "may_remove": may_remove(visitor, test_set),
        **move_context(visitor, test_set),
        "query": address_query(query),
        "next_number": rows[0].version.number + 1,
        **editing,
    }
    name = "_main.html" if is_fragment(request) else "page.html"
    return render(request, f"experiments/test_set/{name}", context, status=status)


def address_query(query: QueryDict, **changed: Any) -> str:
    """Return the filters of an address, without what is edited, with what is changed."""
    kept = {name: value for name, value in query.items() if name not in {"edit", "add"}}
    return urlencode({name: value for name, value in (kept | changed).items() if value != ""})


@require_POST
def rename(request: HttpRequest, set_id: uuid.UUID) -> HttpResponse:
    test_set, name = find_test_set(request, set_id), line(request, "name", MAX_NAME_LENGTH)
    if not name and is_fragment(request):
        return render(request, "errors/_problem.html", {"words": NAMELESS}, status=422)
    if not name:
        version = versions.newest_of(test_set)
        return page(request, version, QueryDict(""), status=422, problem=NAMELESS)
    test_sets.rename(test_set, name)
    return see_other(test_set)


@require_POST
def delete(request: HttpRequest, set_id: uuid.UUID) -> HttpResponse:
    """Hide it; the list offers to bring it back."""
    test_set = find_test_set(request, set_id)
    refuse_removal(visitor_of(request), test_set)
    test_sets.delete(test_set)
    return see_other(f"{reverse('test-sets')}?deleted={set_id}")


@require_POST
def bring_back(request: HttpRequest, set_id: uuid.UUID) -> HttpResponse:
    there = TestSet.objects.recoverable(visitor_of(request), test_sets.UNDO_LIFETIME)
    test_set = get_object_or_404(there, pk=set_id)
    refuse_removal(visitor_of(request), test_set)
    test_sets.bring_back(test_set)
    return see_other(test_set)


@require_POST
def move(request: HttpRequest, set_id: uuid.UUID) -> HttpResponse:
    """Into the project that is named, or with none back to who started it."""
    test_set, visitor = find_test_set(request, set_id), visitor_of(request)
    try:
        test_sets.move(test_set, project_named(request), visitor)
    except NotMovedError as refusal:
        version = versions.newest_of(test_set)
        return page(request, version, QueryDict(""), status=409, problem=str(refusal))
    test_set.refresh_from_db()
    return see_other(test_set if sees(visitor, test_set) else reverse("test-sets"))


@require_POST
def restore(request: HttpRequest, set_id: uuid.UUID, number: int) -> HttpResponse:
    """Make the cases of an old version those of a new one."""
    test_set = find_test_set(request, set_id)
    versions.restore(get_object_or_404(test_set.versions, number=number))
    return see_other(test_set)
