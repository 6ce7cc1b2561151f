"""What the cards of runs need around them: shared by the Playground, Run and Compare screens."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from playground import catalog
from playground.explanations import explain, may_ask_again
from playground.models import Run, RunStatus, Worker
from playground.services import submission
from playground.services.latency import usual
from playground.services.reconciliation import lookup_of

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from playground.models import Comparison

PATIENCE = timedelta(seconds=3)  # a queued run this old is told about a missing worker
OVERLAP = timedelta(seconds=2)  # writes are committed a little after the time they carry


def poll_interval(runs: Sequence[Run]) -> str:
    """How long the browser waits before it asks again; empty when there is nothing to wait for."""
    waiting = [run for run in runs if run.may_change]
    if not waiting:
        return ""
    age = min((timezone.now() - _since(run)).total_seconds() for run in waiting)
    return next((step for until, step in ((10, "500ms"), (60, "1s")) if age < until), "2s")


def _since(run: Run) -> datetime:
    """When what is waited for began: the press, or the lookup."""
    started = run.lookup_started_at if run.is_being_looked_up else None
    return started or run.created_at


def card(run: Run) -> dict[str, Any]:
    """Everything that one card shows beside the row itself."""
    queued = run.status == RunStatus.QUEUED
    late = queued and timezone.now() - run.created_at > PATIENCE
    return {
        "run": run,
        "model": catalog.find(run.model_id),
        "explanation": explain(run),
        "may_ask_again": may_ask_again(run),
        "lookup": lookup_of(run),
        "usual": None if run.has_ended else usual(run.model_id),
        "ahead": _ahead(run) if queued else 0,
        "no_worker": late and not Worker.objects.alive().exists(),
        "retry_token": retry_token(run),
    }


def retry_token(run: Run) -> str:
    return submission.retry_token(run, run.retries.count()) if run.has_ended else ""


def _ahead(run: Run) -> int:
    waiting = Run.objects.waiting().filter(provider=run.provider)
    return waiting.order_by().filter(created_at__lt=run.created_at).count()


def run_context(run: Run) -> dict[str, Any]:
    """One run as a set of one."""
    return {"cards": [card(run)], "run": run, "interval": poll_interval([run]), **meter([run])}


def comparison_context(comparison: Comparison, since: datetime | None = None) -> dict[str, Any]:
    """All cells and their meter; with `since`, only the cards that changed after it."""
    cells = list(comparison.cells())
    changed = [run for run in cells if since is None or _has_changed(run, since)]
    newest = max((run.changed_at for run in cells), default=comparison.created_at)
    names = variations(cells)
    return {
        "comparison": comparison,
        "cells": cells,
        "cards": [card(run) | {"variation": names.get(run.pk, "")} for run in changed],
        "interval": poll_interval(cells),
        "since": newest.isoformat(),
        **meter(cells),
    }


def variations(cells: Sequence[Run]) -> dict[uuid.UUID, str]:
    """What tells the columns of one model apart: their temperature, or which repeat they are.

    Also kept on the runs themselves, for what is drawn of them elsewhere on the page.
    """
    names = {}
    for run in cells:
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


def _has_changed(run: Run, since: datetime) -> bool:
    """A lookup that died with its worker ends by its age alone, without a write."""
    unfinished = run.status == RunStatus.UNKNOWN and bool(run.lookup_started_at)
    lost = unfinished and not run.lookup_ended_at and not run.is_being_looked_up
    waits = run.status == RunStatus.QUEUED  # its place changes without a write of its own
    return waits or run.changed_at > since - OVERLAP or lost


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
