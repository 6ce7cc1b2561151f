"""The owner's side of share links: making them on a sheet, and the list of all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from playground.accounts.visibility import refuse_lookers
from playground.accounts.visitor import visitor_of
from playground.comparisons.access import find_comparison, find_run
from playground.sharing import links as sharing
from playground.sharing.forms import ShareForm
from playground.sharing.models import Share
from playground.sharing.sheet import answer_action, answer_sheet
from playground.web.params import MAX_TOKEN_LENGTH, line
from playground.web.responses import see_other

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest, HttpResponse

    from playground.runs.models.comparison import Comparison
    from playground.runs.models.run import Run

MAX_LISTED_LINKS = 200
TOO_MANY = f"This has {sharing.MAX_OPEN_LINKS} links already. Revoke one of them first."
ENDED = "This link has ended. Make a new one."
MEANWHILE = (
    "The link was changed in another window meanwhile, and stays as it is there. "
    "Look at what it shows now, then save again."
)


@require_http_methods(["GET", "HEAD", "POST"])
def run(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """The share sheet of a run; POST makes a link. Raises SealedError."""
    return _sheet(request, find_run(request, run_id))


@require_http_methods(["GET", "HEAD", "POST"])
def comparison(request: HttpRequest, comparison_id: uuid.UUID) -> HttpResponse:
    """The share sheet of a comparison; POST makes a link. Raises SealedError."""
    found = find_comparison(request, comparison_id)
    if not found.cells().exists():
        raise Http404
    return _sheet(request, found)


def _sheet(request: HttpRequest, item: Run | Comparison) -> HttpResponse:
    refuse_lookers(visitor_of(request), item)  # it shows the addresses of its links
    if request.method != "POST":
        return answer_sheet(request, item)
    form = ShareForm(request.POST, sharing.pictures_of(item))
    if not form.is_valid():
        return answer_sheet(request, item, form=form, status=422)
    try:
        sharing.share(item, form.choice(), line(request, "form_token", MAX_TOKEN_LENGTH))
    except sharing.TooManyLinksError:
        form.add_error(None, TOO_MANY)
        return answer_sheet(request, item, form=form, status=422)
    return answer_action(request, item, "The link is made. Copy it and send it.")


def _find(request: HttpRequest, share_id: int) -> Share:
    links = Share.objects.visible_to(visitor_of(request)).select_related("run", "comparison")
    link = get_object_or_404(links, pk=share_id)
    refuse_lookers(visitor_of(request), link.item)
    return link


@require_POST
def change(request: HttpRequest, share_id: int) -> HttpResponse:
    """Leave out other things, or end at another time, under the same address."""
    link = _find(request, share_id)
    form = ShareForm(request.POST, sharing.pictures_of(link.item))
    if not form.is_valid():
        return answer_sheet(request, link.item, form=form, status=422)
    if line(request, "seen", MAX_TOKEN_LENGTH) not in ("", link.choice_mark):
        return answer_sheet(request, link.item, said=MEANWHILE, status=409)
    done = sharing.change(link, form.choice(link))
    return answer_action(request, link.item, "The link shows the new choice." if done else ENDED)


@require_POST
def update(request: HttpRequest, share_id: int) -> HttpResponse:
    """Show the comparison as it is now, under the same address."""
    link = _find(request, share_id)
    done = sharing.update(link)
    words = "The link shows the comparison as it is now." if done else ENDED
    return answer_action(request, link.item, words)


@require_POST
def rotate(request: HttpRequest, share_id: int) -> HttpResponse:
    """The same link under a new address."""
    link = _find(request, share_id)
    done = sharing.rotate(link, line(request, "token", MAX_TOKEN_LENGTH))
    words = "The link has a new address. The old one shows nothing any more."
    return answer_action(request, link.item, words if done else "This address was replaced before.")


@require_POST
def revoke(request: HttpRequest, share_id: int) -> HttpResponse:
    link = _find(request, share_id)
    sharing.revoke(Share.objects.filter(pk=link.pk))
    return answer_action(request, link.item, "The link is revoked. Its address shows nothing now.")


@require_POST
def revoke_all(request: HttpRequest) -> HttpResponse:
    sharing.revoke(Share.objects.started_by(visitor_of(request)))
    return see_other("shares")


@require_safe
def shares(request: HttpRequest) -> HttpResponse:
    """Every link of this visitor: those that open first, then those that ended."""
    links = Share.objects.started_by(visitor_of(request)).for_list()
    live = list(links.live()[: MAX_LISTED_LINKS + 1])
    ended = links.exclude(pk__in=Share.objects.live().values("pk"))[:MAX_LISTED_LINKS]
    context = {
        "live": [sharing.listed(one) for one in live[:MAX_LISTED_LINKS]],
        "ended": [sharing.listed(one) for one in ended],
        "more": len(live) > MAX_LISTED_LINKS,
        "most": MAX_LISTED_LINKS,
    }
    return render(request, "sharing/list.html", context)
