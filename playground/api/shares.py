"""The API of share links, and of the projects that somebody is in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404

from playground.accounts.projects.models import Project
from playground.accounts.visibility import refuse_lookers
from playground.accounts.visitor import visitor_of
from playground.api.bodies import read
from playground.api.errors import Refused, as_json
from playground.api.operations import for_either, operation
from playground.api.replies import Link, Links, OwnProject, Projects
from playground.api.types import NewShare
from playground.comparisons.access import find_comparison, find_run
from playground.exports import FORMAT
from playground.exports.responses import origin_of
from playground.sharing import links
from playground.sharing.forms import ShareForm
from playground.sharing.models import Share

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest

    from playground.runs.models.comparison import Comparison
    from playground.runs.models.run import Run

WRONG = "No link was made: see `fields`."
TOO_MANY = f"This has {links.MAX_OPEN_LINKS} links already. Revoke one of them first."
MAKING: dict[str, Any] = {"takes": NewShare, "answers": {201: Link}, "refuses": (409,)}


@for_either("list{}Shares", answers={200: Links}, refuses=(403, 409))
def list_open(request: HttpRequest, item: Run | Comparison) -> HttpResponse:
    """The links to a {} that open."""
    refuse_lookers(visitor_of(request), item)
    found = [_link(request, one) for one in Share.objects.of(item).live()]
    body: Links = {"format": FORMAT, "kind": "shares", "items": found}
    return as_json(body)


@operation("shareRun", **MAKING)
def share_run(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Make a link to a run.

    Whoever has it sees the run without what is left out, until it ends or is revoked.
    """
    return _share(request, find_run(request, run_id))


@operation("shareComparison", **MAKING)
def share_comparison(request: HttpRequest, comparison_id: uuid.UUID) -> HttpResponse:
    """Make a link to a comparison as it is now.

    Whoever has it sees the comparison without what is left out, until it ends or is revoked.
    """
    return _share(request, find_comparison(request, comparison_id))


@for_either("revoke{}Share", answers={204: None}, refuses=(409,))
def revoke(request: HttpRequest, item: Run | Comparison, share_id: int) -> HttpResponse:
    """End a link to a {}.

    For good, and at once.
    """
    refuse_lookers(visitor_of(request), item)
    link = get_object_or_404(Share.objects.of(item), pk=share_id)
    links.revoke(Share.objects.filter(pk=link.pk))
    return HttpResponse(status=204)


@operation("listProjects", answers={200: Projects})
def list_projects(request: HttpRequest) -> HttpResponse:
    """The projects that the token's owner is in."""
    visitor = visitor_of(request)
    found = Project.objects.visible_to(visitor).order_by("name", "pk")
    items: list[OwnProject] = [
        {"id": one.pk, "name": one.name, "role": cast("Any", visitor.projects[one.pk])}
        for one in found
    ]
    body: Projects = {"format": FORMAT, "kind": "projects", "items": items}
    return as_json(body)


def _share(request: HttpRequest, item: Run | Comparison) -> HttpResponse:
    refuse_lookers(visitor_of(request), item)
    asked = read(request, NewShare, WRONG)
    form = ShareForm(_as_form(asked), links.pictures_of(item))
    if not form.is_valid():
        said = {name: list(map(str, words)) for name, words in form.errors.items()}
        raise Refused(422, "invalid", WRONG, said)
    try:
        made = links.share(item, form.choice())
    except links.TooManyLinksError:
        raise Refused(422, "invalid", WRONG, {"__all__": [TOO_MANY]}) from None
    return as_json(_link(request, made), 201)


def _as_form(asked: NewShare) -> QueryDict:
    """Return the choice as the sheet of a page has it."""
    data = QueryDict(mutable=True)
    data.setlist("leave_out", asked.leave_out)
    data["expiry"] = str(asked.ends_after_days or "never")
    for name in (
        "hide_system_prompt",
        "hide_costs",
        "hide_reasoning",
        "show_flagged",
        "show_notes",
    ):
        data[name] = str(getattr(asked, name))
    return data


def _link(request: HttpRequest, link: Share) -> Link:
    return {
        "id": link.pk,
        "url": origin_of(request) + link.get_absolute_url(),
        "created_at": link.created_at.isoformat(),
        "expires_at": link.expires_at.isoformat() if link.expires_at else None,
        "opens": link.opens,
    }
