"""The books: what has to be true at the end of every history, whatever went wrong in it."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.db.models import Sum

from playground.images.models import Image, ImageVariant
from playground.imaging.thumbnails import THUMBNAIL_EDGES
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.spending.models import Press

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulation.provider import Accepted
    from tests.simulation.world import World

MOVES = {
    *(("queued", "submitting"), ("queued", "cancelled"), ("queued", "failed")),
    *(("submitting", one) for one in ("queued", "processing", "failed", "unknown")),
    *(("processing", one) for one in ("completed", "failed", "cancelled", "unknown")),
    *((one, "processing") for one in ("unknown", "cancelled", "failed")),  # asked again
}
UNCHARGED = {"not_sent", "temporary", "key", "credit", "rate", "invalid", "internal", "server"}


def check(world: World) -> list[str]:
    """Return what is wrong, each with a rule's name in front."""
    rules = (_charges, _moves, _ends, _answers, _looks, _files, _sums, _deleted, _errors)
    return [f"{rule.__name__[1:]}: {words}" for rule in rules for words in rule(world)]


def _rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def _charges(world: World) -> Iterator[str]:
    """One press, one charge, by the provider's own list."""
    cells = {UUID(run): (token, place) for run, token, place, _ in _births()}
    counted = Counter(cells.get(made.run, made.run) for made in world.provider.accepted)
    for cell, count in counted.items():
        if count > 1:
            yield f"{cell} was accepted {count} times"
    for made in world.provider.accepted:
        if made.webhook and str(made.run) not in made.webhook:
            yield f"{made.id} names another run"


def _births() -> list[tuple[Any, ...]]:
    return _rows("SELECT run, token, position, units FROM seen_births")


def _moves(_world: World) -> Iterator[str]:
    for run, was, became, hidden, prediction in _rows(
        "SELECT run, was, became, hidden, prediction FROM seen_moves ORDER BY number"
    ):
        if (was, became) not in MOVES or (became == "processing" and not prediction):
            yield f"{run} went from {was} to {became}"
        if hidden:
            yield f"{run} went from {was} to {became} though it was deleted"
    for run, what in _rows("SELECT run, what FROM seen_faults"):
        yield f"{run}: {what}"


def _ends(_world: World) -> Iterator[str]:
    for run in Run.everything.exclude(status__in=RunStatus.ended()):
        yield f"{run} never ended ({run.last_error})"
    for run in Run.everything.filter(status__in=("failed", "unknown"), error_kind=""):
        yield f"{run} gives no reason"


def _answers(world: World) -> Iterator[str]:
    """Every answer that was paid for is there byte for byte, or said to be lost."""
    runs = {run.pk: run for run in Run.everything.select_related("received")}
    for made in world.provider.accepted:
        run = runs.get(made.run)
        if run:
            yield from (f"{run}: {words}" for words in _of(run, made, world))
    known = {made.run for made in world.provider.accepted}
    for run in runs.values():
        if run.pk not in known and (run.output or run.status == "completed"):
            yield f"{run} has an answer that nobody gave"


def _of(run: Run, made: Accepted, world: World) -> Iterator[str]:
    if run.prediction_id and made.by == "wavespeed" and run.prediction_id != made.id:
        yield f"has the prediction {run.prediction_id} and not {made.id}"
    if run.status == "queued" or (run.status == "failed" and run.error_kind in UNCHARGED):
        yield f"says that nothing was charged ({run.error_kind})"
    if run.status == "cancelled" and not run.prediction_id:
        yield "says that it was never sent"
    if run.status == "completed":
        yield from _answer(run, made)
    elif made.by == "wavespeed" and made.status == "completed" and not _said(run):
        yield f"has no answer though there is one ({run.error_kind} {run.error_detail})"
    if (
        run.status == "unknown"
        and made.by == "wavespeed"
        and not run.prediction_id
        and not run.deleted_at
    ):
        yield f"was looked up in vain ({run.last_error}, {run.candidates})"


def _said(run: Run) -> bool:
    """Whether the page says that the answer was not waited for, or cannot be had."""
    return run.status == "cancelled" or run.status == "unknown"


def _answer(run: Run, made: Accepted) -> Iterator[str]:
    if (run.raw_output or run.output) != "\n\n".join(made.outputs):
        yield f"has another answer: {run.output!r}"
    received = getattr(run, "received", None)
    if not received or received.body not in made.bodies:
        yield "does not keep what came as it came"
    if made.by == "wavespeed" and run.charged not in (None, Decimal(made.price)):
        yield f"was charged {run.charged} and not {made.price}"


def _looks(world: World) -> Iterator[str]:
    """None is given up at its deadline while its answer was there for long."""
    faults = sum(one.site == "poll" for one in world.history.faults)
    if faults >= 3 or any(one.action == "turn_clock" for one in world.history.steps):
        return
    given_up = {
        UUID(row[0]) for row in _rows("SELECT run FROM seen_moves WHERE error = 'deadline'")
    }
    for made in world.provider.accepted:
        if made.run in given_up and made.status != "never" and made.seconds < 15:
            yield f"{made.run} was given up though its answer was there"


def _files(world: World) -> Iterator[str]:
    wanted = {str(one.file.name) for one in ImageVariant.objects.all()}
    for image in Image.objects.all():
        wanted |= {str(image.file.name), *map(image.thumbnail_name, THUMBNAIL_EDGES)}
    there = set(world.disk.files)
    if wanted - there:
        yield f"rows without their file: {sorted(wanted - there)}"
    if there - wanted:
        yield f"files without a row: {sorted(there - wanted)}"
    used = Run.everything.filter(images__isnull=False).exists()
    if not used and there:
        yield "files of pictures that no run shows"


def _sums(_world: World) -> Iterator[str]:
    births = _births()
    pressed = _rows("SELECT SUM(runs), SUM(units) FROM seen_presses")[0]
    if (len(births), sum(row[3] for row in births)) != (pressed[0] or 0, pressed[1] or 0):
        yield f"{len(births)} runs, and {pressed} were counted"
    if Press.objects.aggregate(total=Sum("runs"))["total"]:
        yield "presses of the day before yesterday are counted"


def _deleted(_world: World) -> Iterator[str]:
    for run in Run.everything.filter(deleted_at__isnull=False):
        yield f"{run} was deleted and is still there"


def _errors(world: World) -> Iterator[str]:
    for error in world.clock.errors:
        yield f"{type(error).__name__}: {error}"
