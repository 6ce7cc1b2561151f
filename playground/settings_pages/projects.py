"""Projects: the list of one's own, the page of one, its members, leaving it and ending it.

Whoever is in none of it is told that it is not there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from playground.accounts.projects import members
from playground.accounts.projects.models import MAX_NAME_LENGTH, Membership, Project, Role
from playground.accounts.projects.moving import NotMovedError
from playground.accounts.visibility import NotAllowedHereError
from playground.accounts.visitor import visitor_of
from playground.catalog import entries
from playground.composer.presets.models import Preset
from playground.experiments.models.test_set import TestSet, Version
from playground.history import moving, pagination
from playground.history.filters import HistoryFilters
from playground.history.rows import rows
from playground.history.views import by_day
from playground.runs import retention
from playground.runs.changes import announce
from playground.runs.models.comparison import Comparison
from playground.runs.models.note import Note
from playground.runs.models.run import Run
from playground.settings_pages.page import account_of
from playground.spending.by_project import spending_of
from playground.web.params import line
from playground.web.responses import see_other

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from playground.history.rows import FormRow

SHOWN_ROWS = 10
NAMELESS = "A project needs a name. Type one."
NO_ROLE = "Choose what the member may do."
NO_TIME = "Choose for how long runs are kept, at most as long as this site keeps them."
KEEPERS = "Only a keeper of the project may do that. Nothing was changed. Ask one of them."


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The projects of this visitor; POST makes one, with the visitor as its keeper."""
    if request.method != "POST":
        return _list(request)
    name = line(request, "name", MAX_NAME_LENGTH)
    if not name:
        return _list(request, status=422, problem=NAMELESS)
    try:
        made = members.create(name, account_of(request))
    except members.RefusedError as refusal:
        return _list(request, status=422, problem=str(refusal))
    return see_other_project(made.pk)


def _list(request: HttpRequest, *, status: int = 200, **extra: Any) -> HttpResponse:
    account = account_of(request)
    mine = account.memberships.select_related("project").order_by("project__name", "project")
    context = {"account": account, "memberships": mine, "most": MAX_NAME_LENGTH}
    return render(request, "settings_pages/projects/list.html", context | extra, status=status)


@require_safe
def show(request: HttpRequest, project_id: int) -> HttpResponse:
    return _page(request, _find(request, project_id))


def _find(request: HttpRequest, project_id: int, *, to_keep: bool = False) -> Project:
    """Return the project, if the visitor is in it. Raises Http404, NotAllowedHereError."""
    visitor = visitor_of(request)
    project = get_object_or_404(Project.objects.visible_to(visitor), pk=project_id)
    if to_keep and not visitor.keeps(project.pk):
        raise NotAllowedHereError(KEEPERS)
    return project


def see_other_project(project_id: int) -> HttpResponse:
    return see_other(reverse("project", args=[project_id]))


def _page(
    request: HttpRequest, project: Project, *, status: int = 200, **extra: Any
) -> HttpResponse:
    visitor = visitor_of(request)
    wanted = HistoryFilters(filters={"project": str(project.pk)})
    found = pagination.page(visitor, wanted).found[:SHOWN_ROWS]
    people = list(project.memberships.select_related("account").order_by("-role", "since"))
    keepers = [one for one in people if one.role == Role.KEEP]
    people.sort(key=lambda one: list(Role).index(Role(one.role)), reverse=True)
    context = {
        "project": project,
        "account": visitor.account,
        "days": by_day(_with_notes(rows(Run.objects.visible_to(visitor), found))),
        "count": _count(project),
        "people": people,
        "is_keeper": visitor.keeps(project.pk),
        "may_work": visitor.works_in(project.pk),
        "is_only_keeper": [one.account_id for one in keepers] == [visitor.account_id],
        "roles": Role.choices,
        "going": retention.going(visitor, project),
        "keep_choices": retention.choices(),
        "site_keep_days": settings.KEEP_RUNS_DAYS,
        "spending": spending_of(project.pk),
        "test_sets": _test_sets(project),
        "presets": _presets(project),
        "most": MAX_NAME_LENGTH,
    }
    return render(request, "settings_pages/projects/page.html", context | extra, status=status)


def _with_notes(found: list[FormRow]) -> list[FormRow]:
    """The rows with how many notes are below each, cells of a comparison left aside."""
    forms = [row.run.comparison_id or row.run.pk for row in found]
    counts = Note.objects.counts(forms)
    return [replace(row, notes=counts.get(pk, 0)) for row, pk in zip(found, forms, strict=True)]


def _count(project: Project) -> int:
    """How many rows History has of it."""
    singles = Run.objects.filter(project=project, comparison=None)
    return singles.count() + Comparison.objects.filter(project=project).there().count()


def _test_sets(project: Project) -> Any:
    sets = TestSet.objects.there().filter(project=project)
    newest = Version.objects.newest().filter(test_set__in=sets).with_counts()
    return newest.select_related("test_set__owner").order_by("test_set__name")


def _presets(project: Project) -> Any:
    found = Preset.objects.filter(project=project).select_related("owner").order_by("name")
    return [
        {"preset": one, "models": [entries.find(model) for model in one.model_ids]} for one in found
    ]


@require_POST
def rename(request: HttpRequest, project_id: int) -> HttpResponse:
    project, name = _find(request, project_id, to_keep=True), line(request, "name", MAX_NAME_LENGTH)
    if not name:
        return _page(request, project, status=422, problem=NAMELESS)
    members.rename(project.pk, account_of(request), name)
    return see_other_project(project.pk)


@require_POST
def keep_runs(request: HttpRequest, project_id: int) -> HttpResponse:
    """Keep its runs for a time of the page's list, or without one as long as the site does."""
    project, chosen = _find(request, project_id, to_keep=True), request.POST.get("keep_days", "")
    days = {str(one): one for one in retention.choices()} | {"": None}
    if chosen not in days:
        return _page(request, project, status=422, problem=NO_TIME)
    members.keep_runs(project.pk, account_of(request), days[chosen])
    return see_other_project(project.pk)


@require_POST
def add_member(request: HttpRequest, project_id: int) -> HttpResponse:
    project = _find(request, project_id, to_keep=True)
    name, role = line(request, "username", 150), request.POST.get("role", "")
    if role not in Role.values:
        return _page(request, project, status=422, problem=NO_ROLE)
    try:
        members.add(project.pk, account_of(request), name, role)
    except members.RefusedError as refusal:
        more = {"problem": str(refusal), "typed": name, "adding": True}
        return _page(request, project, status=422, **more)
    return see_other_project(project.pk)


@require_POST
def change_member(request: HttpRequest, project_id: int, account_id: int) -> HttpResponse:
    """Give a member another role, or with `remove` let them go."""
    project, keeper = _find(request, project_id, to_keep=True), account_of(request)
    get_object_or_404(Membership, project=project, account=account_id)
    role = request.POST.get("role", "")
    try:
        if "remove" in request.POST:
            members.remove(project.pk, keeper, account_id)
            announce(*moving.waiting_in(project.pk), ended=True)
        elif role in Role.values:
            members.change_role(project.pk, keeper, account_id, role)
        else:
            return _page(request, project, status=422, problem=NO_ROLE)
    except members.RefusedError as refusal:
        return _page(request, project, status=409, problem=str(refusal))
    gone = account_id == keeper.pk and "remove" in request.POST
    return see_other("projects") if gone else see_other_project(project.pk)


@require_POST
def leave(request: HttpRequest, project_id: int) -> HttpResponse:
    """See nothing of it from now on, not in a page that is open and waits either."""
    project = _find(request, project_id)
    try:
        members.leave(project.pk, account_of(request))
    except members.RefusedError as refusal:
        return _page(request, project, status=409, problem=str(refusal))
    announce(*moving.waiting_in(project.pk), ended=True)
    return see_other("projects")


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, project_id: int) -> HttpResponse:
    """What becomes of its things; POST does it."""
    project = _find(request, project_id, to_keep=True)
    problem = ""
    if request.method == "POST":
        try:
            moving.end(project.pk, account_of(request))
        except members.GoneError:
            raise Http404 from None
        except NotMovedError as refusal:
            problem = str(refusal)
        else:
            return see_other("projects")
    context = {"project": project, "problem": problem, "back": moving.what_goes_back(project)}
    context["people"] = project.memberships.count()
    template = "settings_pages/projects/end.html"
    return render(request, template, context, status=409 if problem else 200)
