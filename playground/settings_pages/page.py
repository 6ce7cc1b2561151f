"""The Settings screen: keys, appearance, limits and, with accounts, the account.

What is changed there has views of its own: keys.py, account_settings.py and people.py.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from playground import VERSION
from playground.accounts.forms import ChangePasswordForm
from playground.accounts.visitor import visitor_of
from playground.connections import keys, server_status, servers
from playground.connections.models import ListedModel, SavedServer, StoredKey
from playground.connections.registry import servers as all_servers
from playground.evidence.page import CHECK
from playground.images.reading import why_not_here
from playground.providers.endpoint import WAVESPEED
from playground.providers.kinds import WAVESPEED_LLM
from playground.settings_pages.appearance import THEME
from playground.settings_pages.forms import KeyForm, ServerForm
from playground.spending.limits import limits
from playground.spending.price_table import price_table
from playground.web.formatting import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

    from playground.accounts.models import Account
    from playground.accounts.visitor import Visitor


MAX_POLLS = 8  # a second apart, while a worker looks around or asks a server


def account_of(request: HttpRequest) -> Account:
    """Return who is signed in: behind the wall somebody is."""
    return cast("Account", visitor_of(request).account)


def for_keepers(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Answer 404 to everybody who may not change what holds for the whole site."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not visitor_of(request).keeps_site:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    return settings_page(request)


def settings_page(request: HttpRequest, *, status: int = 200, **extra: Any) -> HttpResponse:
    """The whole page. extra: forms that were refused, and what a test found out."""
    visitor = visitor_of(request)
    context: dict[str, Any] = {
        "account": visitor.account,
        "keys": _keys(visitor, extra.pop("refused", {}), extra.pop("tested", {})),
        "whose": keys.whose_key(WAVESPEED, visitor.account.pk if visitor.account else None),
        "themes": THEME.values,
        "check": CHECK.of(request),
        "why_no_reader": why_not_here(),
        "limits": _limits(visitor),
        "saved": request.GET.get("key"),
        "version": VERSION,
        "keep_days": settings.KEEP_RUNS_DAYS,
        "deadline": _deadline(),
    }
    if visitor.keeps_site:
        context |= rows_context(request)
        context |= {"server_form": ServerForm(), "own_prices": price_table()}
        context["llm_service_url"] = _unused_llm_service()
    if visitor.account:
        context["form"] = ChangePasswordForm(visitor.account)
        context["changed"] = request.GET.get("password") == "changed"
    return render(request, "settings_pages/page.html", context | extra, status=status)


def _deadline() -> str:
    minutes, seconds = divmod(settings.RUN_DEADLINE, 60)
    return counted(settings.RUN_DEADLINE, "second") if seconds else counted(minutes, "minute")


def _unused_llm_service() -> str:
    """The address of WaveSpeedAI's chat completions, where there is a key and no use of them."""
    unused = not any(one.kind == WAVESPEED_LLM for one in all_servers())
    return settings.WAVESPEED_LLM_URL if unused and keys.whose_key(WAVESPEED, None) else ""


def rows_context(request: HttpRequest) -> dict[str, Any]:
    """Every server, what was found on this machine, and whether to look again in a second."""
    asked = request.GET.get("looking", "")
    left = int(asked) if asked in {str(n) for n in range(1, MAX_POLLS + 1)} else 0
    return {
        "servers": _servers(),
        "found": servers.offered_here(),
        "looking": left,
        "next_look": left - 1,
    }


def _servers() -> list[dict[str, Any]]:
    """Each server with how many models it lists, and what was wrong when it was asked."""
    rows = {row.slug: row for row in SavedServer.objects.select_related("set_by")}
    listed = ListedModel.objects.filter(gone_at=None).values_list("provider")
    counts = listed.annotate(found=Count("pk"), seeing=Count("pk", filter=Q(vision=True)))
    numbers = {slug: (count, seeing) for slug, count, seeing in counts}
    fixed, answers = {one.slug for one in settings.SERVERS}, server_status.answers()
    return [
        {
            "server": one,
            "count": numbers.get(one.slug, (0, 0))[0],
            "seeing": numbers.get(one.slug, (0, 0))[1],
            "row": (row := None if one.slug in fixed else rows.get(one.slug)),
            "is_asked": server_status.is_asked(answers.get(one.slug), row),
            "problem": server_status.words(answers.get(one.slug)),
        }
        for one in all_servers()
    ]


def _limits(visitor: Visitor) -> list[str]:
    """As in `1,000 runs a day`."""
    held = limits(visitor.account.pk if visitor.account else None)
    together = ", everybody together" if visitor.account else ""
    words = [f"{one.most:,} {one.kind} a {one.word}{together if one.site else ''}" for one in held]
    images = settings.MEMBER_IMAGES_DAY if visitor.account else 0
    return [*words, f"{images:,} new images a day"] if images else words


def _keys(visitor: Visitor, refused: dict[str, KeyForm], tested: dict[str, Any]) -> list[Any]:
    """The keys that this visitor has to do with: one's own first, then the site's."""
    account = visitor.account
    stored = StoredKey.objects.open_to(WAVESPEED, account.pk if account else None)
    rows = {row.owner_id: row for row in stored.select_related("set_by")}
    found = [_key("own", rows.get(account.pk), changeable=True)] if account else []
    found.append(_key("site", rows.get(None), changeable=visitor.keeps_site))
    for one in found:
        one["form"] = refused.get(one["whose"]) or KeyForm(prefix=one["whose"])
        one["tested"] = tested.get(one["whose"])
    return found


def _key(whose: str, row: StoredKey | None, *, changeable: bool) -> dict[str, Any]:
    """What the page says of one key: never anything of the key itself."""
    return {
        "whose": whose,
        "row": row,
        "readable": row is None or keys.is_readable(row),
        "from_environment": whose == "site" and bool(keys.from_environment(WAVESPEED)),
        "changeable": changeable,
    }
