"""Makes a history that fails shorter, as long as it fails by the same rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.simulation.history import History

MAX_PLAYS = 250


def rule_of(found: list[str]) -> str:
    """Return the name of the first rule that was broken; empty where none was."""
    return found[0].partition(":")[0] if found else ""


def shortest(history: History, play: Callable[[History], list[str]]) -> History:
    """Take away steps and faults, many at a time and then one by one, while it still fails so."""
    rule, plays, size = rule_of(play(history)), 0, max(history.size // 2, 1)
    while rule and plays < MAX_PLAYS:
        before, place = history, 0
        while place < history.size and plays < MAX_PLAYS:
            shorter = history.without(set(range(place, place + size)))
            plays += 1
            if shorter.steps and rule_of(play(shorter)) == rule:
                history = shorter
            else:
                place += size
        if size == 1 and history == before:
            break
        size = max(size // 2, 1)
    return history
