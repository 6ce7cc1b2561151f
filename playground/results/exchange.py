"""What a page shows of an exchange: what was asked before, what follows, and the form for more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from playground.accounts.visibility import may_change, sees
from playground.catalog import entries, offered
from playground.catalog.offered import provider_of
from playground.connections.registry import takes_messages
from playground.connections.routing import choose
from playground.exports.redaction import EVERYTHING
from playground.exports.redaction.exchange import ShownTurn, shown_exchange
from playground.providers.exchange import as_text
from playground.runs.exchange import characters, exchange_after, exchange_of, why_not_followed
from playground.runs.models.run import Run
from playground.spending.prices import prices
from playground.storage.tokens import new_token
from playground.web.formatting import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from decimal import Decimal

    from playground.accounts.visitor import Visitor
    from playground.runs.models.comparison import Comparison

MAX_LISTED = 20  # runs that follow, the newest


@dataclass(frozen=True)
class Column:
    """One run that a question would follow. text: what is sent before it where no messages are."""

    run: Run
    name: str
    text: str
    price: Decimal | None


@dataclass(frozen=True)
class Further:
    """What the form of a further question says."""

    action: str
    token: str
    columns: tuple[Column, ...]
    images: int

    @property
    def makes(self) -> str:
        if len(self.columns) > 1:
            return "New runs, with a permalink of their own"
        return "A new run, with a permalink of its own"

    @property
    def goes(self) -> str:
        """What goes along, in words."""
        exchanges = [exchange_after(one.run) for one in self.columns]
        length = max(map(characters, exchanges))
        most = "at most " if len(exchanges) > 1 else ""
        asked = f"{counted(max(map(len, exchanges)), 'question')} with answers"
        images = ["the image" if self.images == 1 else "the images"] if self.images else []
        return ", ".join([*images, f"{asked} ({most}{length:,} characters)"])

    @property
    def price(self) -> Decimal | None:
        known = [one.price for one in self.columns if one.price is not None]
        return sum(known[1:], known[0]) if known and len(known) == len(self.columns) else None

    @property
    def models(self) -> str:
        return ", ".join(one.name for one in self.columns)


def exchange_context(run: Run, visitor: Visitor) -> dict[str, Any]:
    """Return what the page of a run says of the exchange that it is part of."""
    rows = run.follow_ups.for_list().with_prompt_start().order_by("-created_at")
    listed = [one for one in rows[: MAX_LISTED + 1] if not one.deleted_at and sees(visitor, one)]
    followed = run.follows
    is_there = followed and not followed.deleted_at and sees(visitor, followed)
    return {
        "exchange": _turns(run, visitor),
        "followed": followed if is_there else None,
        "follow_ups": listed[:MAX_LISTED],
        "more_follow_ups": len(listed) > MAX_LISTED,
        "further": further(run, [run], visitor),
    }


def _turns(run: Run, visitor: Visitor) -> list[ShownTurn]:
    """The exchange before the run, with links to what the visitor may open."""
    ids = [turn.run for turn in exchange_of(run)]
    visible = Run.objects.visible_to(visitor).filter(pk__in=ids).only("created_at") if ids else []
    found = {str(one.pk): one for one in visible}
    return [_linked(turn, found.get(turn.run)) for turn in shown_exchange(run, EVERYTHING)]


def _linked(turn: ShownTurn, run: Run | None) -> ShownTurn:
    return replace(turn, url=run.get_absolute_url(), at=run.created_at) if run else turn


def further(item: Run | Comparison, runs: Sequence[Run], visitor: Visitor) -> Further | None:
    """Return what the form says that asks these runs further; None where none can be asked."""
    asked = [one for one in runs if not why_not_followed(one) and offered.may_run(one.model_id)]
    if not asked or not may_change(visitor, item):
        return None
    name = "run-follow" if isinstance(item, Run) else "comparison-follow"
    images, known = asked[0].images.count(), cache(prices)
    columns = tuple(_column(one, images, visitor, known) for one in asked)
    return Further(reverse(name, args=[item.pk]), new_token(), columns, images)


def _column(
    run: Run,
    images: int,
    visitor: Visitor,
    known: Callable[[str, int | None], Mapping[str, Decimal]],
) -> Column:
    provider = provider_of(run.model_id, choose(visitor.account)).provider
    text = "" if takes_messages(provider) else as_text(exchange_after(run), "", images)
    price = known(provider, run.max_tokens).get(run.model_id)
    return Column(run, entries.find(run.model_id).name, text, price)
