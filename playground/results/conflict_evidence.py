"""Which of the values that answers disagree on stand in the image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.comparisons.diff.conflicts import MISSING
from playground.evidence.matching.trace import ABSENT, FOUND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playground.comparisons.diff.conflicts import Conflict
    from playground.evidence.shown import Evidence
    from playground.evidence.traced import Row


@dataclass(frozen=True)
class TracedConflict:
    """A conflict with the row of each value in the list of evidence, where it has one.

    said: which of them the reader found, in one line; blank where it tells nothing. seen: where.
    """

    label: str
    values: Sequence[tuple[str, Row | None]]
    said: str = ""
    seen: Row | None = None


def traced_conflicts(
    conflicts: Sequence[Conflict], evidence: Evidence | None
) -> list[TracedConflict]:
    return [_traced(one, evidence) for one in conflicts]


def _traced(conflict: Conflict, evidence: Evidence | None) -> TracedConflict:
    rows = {one: evidence.rows_of(one) if evidence else [] for one in conflict.values}
    said = [{row.item.number for row in of} for one, of in rows.items() if one != MISSING]
    common = set.intersection(*said) if said else set()
    rows = {one: [row for row in of if row.item.number not in common] for one, of in rows.items()}
    differing = {row.item.number: row for of in rows.values() for row in of}.values()
    found = [row for row in differing if row.item.kind == FOUND]
    absent = [row.item.text for row in differing if row.item.kind == ABSENT]
    shown = [(one, rows[one][0] if len(rows[one]) == 1 else None) for one in conflict.values]
    words = _said([row.item.text for row in found], absent)
    return TracedConflict(conflict.label, shown, words, found[0] if len(found) == 1 else None)


def _said(found: list[str], absent: list[str]) -> str:
    if not found and not absent:
        return ""
    if not found:
        return "The reader found none of these on the image."
    return f"{_are(found)} on the image" + (f", {_are(absent)} not." if absent else ".")


def _are(values: list[str]) -> str:
    joined = " and ".join(filter(None, (", ".join(values[:-1]), values[-1])))
    return f"{joined} {'is' if len(values) == 1 else 'are'}"
