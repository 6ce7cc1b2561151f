"""What the cards of runs need around them: shared by the Playground, Run and Compare screens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from playground import catalog
from playground.concealing import conceal, concealed
from playground.explanations import explain, may_ask_again
from playground.models import Run, RunStatus
from playground.services import submission
from playground.services.latency import usual
from playground.services.provider_choice import keeps_answers
from playground.services.reconciliation import lookup_of
from playground.services.votes import Ballot, vote_of
from playground.views.polls import Sight, whole

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from playground.models import Comparison

# What kind of page a card says it stands on. APART: beside runs that were asked something else.
ALONE, APART, COMPARE = "alone", "apart", "compare"


# A stream that is stopped ends there and then; elsewhere only the waiting does.
STOP, STOP_STREAM = "Stop waiting", "Stop"


def card(run: Run, sight: Sight) -> dict[str, Any]:
    """Everything that one card shows beside the row itself."""
    if run.is_sealed:
        conceal(run)
    return {
        "run": run,
        "model": None if run.is_sealed else catalog.find(run.model_id),
        "explanation": explain(run),
        "may_ask_again": may_ask_again(run),
        "stop_word": STOP if run.is_sealed or keeps_answers(run.provider) else STOP_STREAM,
        "lookup": concealed(lookup_of(run)) if run.is_sealed else lookup_of(run),
        "usual": None if run.has_ended or run.is_sealed else usual(run.model_id),
        "standing": sight.standings.get(run.pk),
        "retry_token": retry_token(run),
    }


def retry_token(run: Run) -> str:
    return (
        submission.retry_token(run, Run.everything.filter(retry_of=run).count())
        if run.has_ended
        else ""
    )


def run_context(run: Run, sight: Sight | None = None) -> dict[str, Any]:
    """One run as a set of one."""
    sight = sight or Sight([run])
    path = reverse("run-status", args=[run.pk])
    poll = None if run.comparison_id else sight.poll(path)  # a comparison polls once for all
    return {"cards": [card(run, sight) | {"poll": poll}], "run": run, **meter([run])}


def alone(run: Run, sight: Sight, view: str = ALONE) -> dict[str, Any]:
    """One of several cards that have no poll in common; APART, it says what it was asked."""
    own = sight if len(sight.runs) == 1 else Sight([run])
    poll = own.poll(reverse("run-status", args=[run.pk]), view=view)
    return card(run, sight) | {"poll": poll, "view": view, "is_apart": view == APART}


def comparison_context(
    comparison: Comparison, sight: Sight | None = None, *, seen: str = "", view: str = ""
) -> dict[str, Any]:
    """All cells and their meter; with `seen`, only the cards that a page shows differently.

    sight: of a poll, which glanced at the cells; without it they are read as a whole.
    view: `compare` on the Compare screen, as its polls and its cards go on saying.
    """
    cells = comparison.cells()
    if sight:
        drawn = whole(sight.changed_since(seen), cells)
    else:
        sight = Sight(drawn := list(cells))
    path = reverse("comparison-status", args=[comparison.pk])
    names = variations(sight.runs)
    note_temperatures(sight.runs)
    swaps = _swaps(sight.runs, seen)
    return {
        "comparison": comparison,
        "cells": sight.runs,
        "cards": [
            card(run, sight)
            | {"variation": names.get(run.pk, ""), "view": view, "swap": swaps[run.pk]}
            for run in drawn
        ],
        "poll": sight.poll(path, **_said(comparison, view)),
        "ballot": Ballot(sight.runs, vote_of(comparison)) if comparison.is_sealed else None,
        **meter(sight.runs),
    }


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


def variations(cells: Sequence[Run]) -> dict[uuid.UUID, str]:
    """What tells the columns of one model apart: their temperature, or which repeat they are.

    Also kept on the runs themselves, for what is drawn of them elsewhere on the page.
    """
    names = {}
    for run in cells:
        if run.is_sealed:  # a temperature or a number would say which model it is
            continue
        same = [one for one in cells if one.model_id == run.model_id]
        alike = [one for one in same if one.temperature == run.temperature]
        parts = (
            [f"t {run.temperature:g}"]
            if len(alike) < len(same) and run.temperature is not None
            else []
        )
        parts += [f"no. {alike.index(run) + 1}"] if len(alike) > 1 else []
        names[run.pk] = ", ".join(parts)
        run.variation = names[run.pk]  # type: ignore[attr-defined]
    return names


def note_temperatures(cells: Sequence[Run]) -> None:
    """Let the first run of a sweep, which speaks for all, say "0, 0.5 and 1"."""
    known = {run.temperature for run in cells}
    if len(known) < 2 or cells[0].is_sealed:
        return
    names = [f"{one:g}" for one in sorted(one for one in known if one is not None)]
    *others, last = ["default", *names] if None in known else names
    cells[0].temperatures = f"{', '.join(others)} and {last}"  # type: ignore[attr-defined]


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
