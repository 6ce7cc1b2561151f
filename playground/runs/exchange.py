"""What was asked and answered before a run that follows another.

Kept on the run as it was when it was asked: what a model was told stays to be seen when the run
before is deleted.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from playground.providers.base import Turn
from playground.runs.status import RunStatus

if TYPE_CHECKING:
    from playground.runs.models.run import Run

MAX_TURNS, MAX_CHARACTERS = 50, 300_000  # that go along with a question

NOT_THERE = "There is no such run to go on from, or it was deleted. Nothing was sent."
NOT_ENDED = "This run has not ended. Ask further when its answer is there. Nothing was sent."
NO_ANSWER = "This run has no answer to go on from. Run it again first. Nothing was sent."
NOT_ASKED = "The text reader sees no questions. Ask a model about the images. Nothing was sent."
SEALED = "The names of its comparison are still hidden. Vote or show them first. Nothing was sent."


@dataclass(frozen=True)
class PastTurn(Turn):
    """run: the id of the run that it was. flagged: by the provider, as sensitive."""

    run: str = ""
    flagged: bool = False


def exchange_of(run: Run) -> tuple[PastTurn, ...]:
    """Return what was asked and answered before this run, oldest first."""
    return tuple(PastTurn(**one) for one in run.exchange or ())


def exchange_after(run: Run) -> tuple[PastTurn, ...]:
    """Return what a question that follows this run goes on with."""
    return (*exchange_of(run), PastTurn(run.prompt, run.output, str(run.pk), run.flagged))


def as_kept(exchange: tuple[PastTurn, ...]) -> list[dict[str, Any]] | None:
    """Return the value of `Run.exchange`."""
    return [asdict(turn) for turn in exchange] or None


def characters(exchange: tuple[PastTurn, ...]) -> int:
    return sum(len(turn.question) + len(turn.answer) for turn in exchange)


def why_not_followed(run: Run | None) -> str:
    """Say why no question can follow this run; empty where one can."""
    if not run or run.deleted_at:
        return NOT_THERE
    if not run.has_ended:
        return NOT_ENDED
    if run.status != RunStatus.COMPLETED or not run.output.strip():
        return NO_ANSWER
    if run.is_reader:
        return NOT_ASKED
    return SEALED if run.is_sealed else _too_long(exchange_after(run))


def _too_long(exchange: tuple[PastTurn, ...]) -> str:
    length = characters(exchange)
    if len(exchange) <= MAX_TURNS and length <= MAX_CHARACTERS:
        return ""
    return (
        f"The exchange has {len(exchange)} questions and {length:,} characters, and at most "
        f"{MAX_TURNS} and {MAX_CHARACTERS:,} go along. Ask this as a new run. Nothing was sent."
    )
