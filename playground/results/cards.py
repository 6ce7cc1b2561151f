"""What the cards of runs need around them: shared by the Playground, Run and Compare screens."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from playground.catalog import entries
from playground.catalog.latency import usual
from playground.comparisons.blind.anonymise import Anonymiser, redacted_lookup
from playground.comparisons.blind.voting import Ballot, vote_of
from playground.comparisons.labels import swept, variations
from playground.connections.routing import keeps_answers
from playground.results.polling.polls import Sight, whole
from playground.runs.failures import explain, may_ask_again
from playground.runs.status import RunStatus
from playground.submission import repeat
from playground.worker.lookup import lookup_of

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from playground.catalog.entries import Model
    from playground.catalog.latency import Usual
    from playground.comparisons.blind.anonymise import RedactedRun
    from playground.comparisons.diff.marking import Marked
    from playground.results.polling.polls import QueuePosition
    from playground.runs.failures import Explanation
    from playground.runs.models.comparison import Comparison
    from playground.runs.models.run import Run
    from playground.web.fragments import Poll
    from playground.worker.lookup import Lookup

# What kind of page a card says it stands on. APART: beside runs that were asked something else.
PAGE, ALONE, APART, COMPARE = "page", "alone", "apart", "compare"


# A stream that is stopped ends there and then; elsewhere only the waiting does.
STOP, STOP_STREAM = "Stop waiting", "Stop"


@dataclass(frozen=True)
class Card:
    """What a page shows of one run.

    run: the row; of a blind comparison what may be shown of it, and then model is None.
    variation: what tells it from other columns of its model. marked: its answer with what most
    others do not share marked; evident: with its evidence, too. view: the kind of page. swap: where
    a poll puts it.
    """

    run: Run | RedactedRun
    model: Model | None
    explanation: Explanation | None
    may_ask_again: bool
    stop_word: str
    lookup: Lookup | None
    usual: Usual | None
    queue_position: QueuePosition | None
    retry_token: str
    variation: str = ""
    marked: Marked | None = None
    evident: str | None = None
    poll: Poll | None = None
    view: str = ""
    swap: str = ""

    @property
    def is_apart(self) -> bool:
        return self.view == APART

    @property
    def target(self) -> str:
        """The element that an action of this card draws anew."""
        return "run-page" if self.view == PAGE else f"run-{self.run.pk}"


def card(run: Run, sight: Sight, anonymiser: Anonymiser | None = None, **more: Any) -> Card:
    """Return the card of a run, without names while its comparison hides them.

    anonymiser: of the comparison, for a page with several of its cards. more: further values.
    """
    shown = Card(
        run=run,
        model=entries.find(run.model_id),
        explanation=explain(run),
        may_ask_again=may_ask_again(run),
        stop_word=STOP if keeps_answers(run.provider) else STOP_STREAM,
        lookup=lookup_of(run),
        usual=None if run.has_ended or run.is_sealed else usual(run.model_id),
        queue_position=sight.queue_positions.get(run.pk),
        retry_token=repeat.retry_token(run, sight.retries[run.pk]) if run.has_ended else "",
        **more,
    )
    if not run.comparison or not run.is_sealed:
        return shown
    return _redacted(shown, (anonymiser or Anonymiser(run.comparison)).run(run))


def _redacted(shown: Card, run: RedactedRun) -> Card:
    lookup = redacted_lookup(shown.lookup) if shown.lookup else None
    return replace(shown, run=run, model=None, stop_word=STOP, lookup=lookup)


def run_context(run: Run, sight: Sight | None = None) -> dict[str, Any]:
    """One run as a set of one."""
    sight = sight or Sight([run])
    path = reverse("run-status", args=[run.pk])
    poll = None if run.comparison_id else sight.poll(path)  # a comparison polls once for all
    return {"cards": [card(run, sight, poll=poll)], "run": run, **meter([run])}


def alone(run: Run, sight: Sight, view: str = ALONE, **more: Any) -> Card:
    """One of several cards that have no poll in common; APART, it says what it was asked."""
    own = sight if len(sight.runs) == 1 else Sight([run])
    poll = own.poll(reverse("run-status", args=[run.pk]), view=view)
    return card(run, sight, poll=poll, view=view, **more)


def comparison_context(
    comparison: Comparison, sight: Sight | None = None, *, seen: str = "", view: str = ""
) -> dict[str, Any]:
    """All cells and their meter; with `seen`, only the cards that a page shows differently.

    sight: of a poll, which glanced at the cells; without it they are read as a whole.
    view: `compare` on the Compare screen, as its polls and its cards go on saying.
    """
    sight, drawn = _drawn(comparison, sight, seen)
    path = reverse("comparison-status", args=[comparison.pk])
    names, swaps = variations(sight.runs), _swaps(sight.runs, seen)
    anonymiser = Anonymiser(comparison)
    return {
        "comparison": comparison,
        "cells": sight.runs,
        "cards": [
            card(
                run,
                sight,
                anonymiser,
                variation=names.get(run.pk, ""),
                view=view,
                swap=swaps[run.pk],
            )
            for run in drawn
        ],
        "swept": swept(sight.runs),
        "poll": sight.poll(path, **_said(comparison, view)),
        "ballot": Ballot(sight.runs, vote_of(comparison)) if comparison.is_sealed else None,
        **meter(sight.runs),
    }


def _drawn(comparison: Comparison, sight: Sight | None, seen: str) -> tuple[Sight, list[Run]]:
    """Return the cells as they are, and those that are drawn."""
    cells = comparison.cells()
    if sight:
        return sight, whole(sight.changed_since(seen), cells)
    found = list(cells)
    return Sight(found), found


def _said(comparison: Comparison, view: str) -> dict[str, str]:
    """What polls say of the page that makes them."""
    sealed = {"sealed": "1"} if comparison.is_sealed else {}
    return ({"view": view} if view else {}) | sealed


def _swaps(cells: Sequence[Run], seen: str) -> dict[uuid.UUID, str]:
    """Where a poll puts the card of each cell: at its place, whatever run has that in this window.

    Another window may have retried a cell, or added columns, which are the last ones.
    """
    if len({run.position for run in cells}) < len(cells):  # one was retried twice
        return {run.pk: "outerMorph" for run in cells}
    shown = len(seen.split(".")) if seen else len(cells)
    added = dict.fromkeys((run.pk for run in cells[shown:]), "beforeend target:#cells strip:false")
    return {run.pk: f"outerMorph:#cells .place-{run.position}" for run in cells} | added


def meter(runs: Sequence[Run]) -> dict[str, Any]:
    """How many of a set ended, and how, for the bar and for the live region."""
    return {
        "blocks": sorted((_block(run) for run in runs), key=BLOCKS.index),
        "ended_count": sum(run.has_ended for run in runs),
        "run_count": len(runs),
    }


BLOCKS = ["completed", "flagged-run", "failed", "processing", "queued"]


def _block(run: Run) -> str:
    if run.status == RunStatus.COMPLETED:
        return "flagged-run" if run.flagged else "completed"
    if run.has_ended:
        return "failed"
    return "queued" if run.status == RunStatus.QUEUED else "processing"
