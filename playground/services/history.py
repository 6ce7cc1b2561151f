"""Finds one page of History: which forms match, newest or best first, without counting the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.models import search
from playground.models.visibility import may_see
from playground.services.history_ways import Match, bounds, by_key, first_matches, fits

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from playground.history_form import Wanted
    from playground.visitors import Visitor

PAGE = 30  # forms, a few more where several were pressed in the same moment
PART = 300  # forms, of all that match
RANKED = 1000  # the newest runs that match, among which the best are looked for
RANKED_FITTING = 300  # the same where filters are set


@dataclass(frozen=True)
class Page:
    """found: the first match of each form. older: what goes on behind them, blank at the end."""

    found: list[Match]
    older: str = ""


def page(visitor: Visitor, wanted: Wanted, before: datetime | None = None) -> Page:
    """Return the page of forms older than the moment."""
    if wanted.is_wordless:
        return Page([])
    matches = first_matches(may_see(visitor), wanted, before, _fill_a_page)
    moments = list(dict.fromkeys(match.listed_at for match in matches))
    if len(moments) <= PAGE:
        return Page(_forms(matches))
    last = moments[PAGE - 1]
    return Page(_forms(one for one in matches if one.listed_at >= last), last.isoformat())


def _fill_a_page(matches: list[Match]) -> bool:
    return len({match.listed_at for match in matches}) > PAGE


def walk(visitor: Visitor, wanted: Wanted) -> Iterator[uuid.UUID]:
    """Yield all runs that fit, newest form first, a part at a time."""
    before: datetime | None = None
    while not wanted.is_wordless:
        matches = first_matches(may_see(visitor), wanted, before, _fill_a_part)
        moments = list(dict.fromkeys(match.listed_at for match in matches))
        before = moments[PART - 1] if len(moments) > PART else None
        yield from (one.run for one in matches if not before or one.listed_at >= before)
        if not before:
            return


def _fill_a_part(matches: list[Match]) -> bool:
    return len({match.listed_at for match in matches}) > PART


def best(visitor: Visitor, wanted: Wanted, skipped: int = 0) -> Page:
    """Return forms by how well they match, among the newest RANKED runs that do."""
    if not wanted.terms:
        return Page([])
    since, until = bounds(wanted, None)
    if fits(may_see(visitor), wanted):
        matches = first_matches(may_see(visitor), wanted, None, _are_ranked)
        keys = search.ranked_among(wanted.terms, [match.key for match in matches])
    else:
        keys = search.ranked(wanted.terms, RANKED, since=since, until=until)
    there = by_key(keys)
    forms = _forms(there[key] for key in keys if key in there)
    more = len(forms) > skipped + PAGE
    return Page(forms[skipped : skipped + PAGE], str(skipped + PAGE) if more else "")


def _are_ranked(matches: list[Match]) -> bool:
    return len(matches) >= RANKED_FITTING


def _forms(matches: Iterable[Match]) -> list[Match]:
    forms: dict[uuid.UUID, Match] = {}
    for match in matches:
        forms.setdefault(match.form, match)
    return list(forms.values())
