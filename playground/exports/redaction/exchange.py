"""What was asked and answered before a run, as far as it may be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.providers.base import Turn
from playground.rendering import render
from playground.runs.exchange import exchange_of
from playground.runs.reasoning import without_reasoning

if TYPE_CHECKING:
    from datetime import datetime

    from playground.exports.redaction.scope import Shown
    from playground.runs.exchange import PastTurn
    from playground.runs.models.run import Run

LEFT_OUT = "[left out]"  # where an answer stands that is not shown


@dataclass(frozen=True)
class ShownTurn(Turn):
    """withheld: the answer was flagged and is not shown. run: its id; blank for a stranger.

    url, at: where the run is found and when it was asked, for whoever may open it.
    """

    withheld: bool = False
    run: str = ""
    url: str = ""
    at: datetime | None = None

    @property
    def html(self) -> str:
        return render(self.answer).html


def shown_exchange(run: Run, shown: Shown) -> tuple[ShownTurn, ...]:
    return tuple(_shown(turn, shown) for turn in exchange_of(run))


def _shown(turn: PastTurn, shown: Shown) -> ShownTurn:
    withheld = turn.flagged and not shown.flagged
    answer = turn.answer if shown.reasoning else without_reasoning(turn.answer)
    run = turn.run if shown.own else ""
    return ShownTurn(turn.question, LEFT_OUT if withheld else answer, withheld, run)
