"""The boxes of an answer over its images, read as its owner chose for the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import prefetch_related_objects

from playground.rendering.boxes.found import Found, find_boxes
from playground.runs.models.box_reading import BoxReading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playground.runs.models.box_reading import Readings
    from playground.runs.models.run import Run


def boxes_of(
    run: Run,
    answer: str,
    sizes: Sequence[tuple[int, int]],
    chosen: Readings | None = None,
) -> Found:
    """Return the boxes of a run's answer.

    sizes: of its images as they are stored. chosen: how owners read models, if that is known.
    """
    if run.is_reader or not sizes:
        return Found()  # evidence/read_answer.py draws what it read
    chosen = BoxReading.objects.of_runs([run]) if chosen is None else chosen
    sent = [_sent(size, run.max_edge) for size in sizes]
    return find_boxes(answer, sent, run.model_id, chosen.get((run.owner_id, run.model_id), ""))


def _sent(size: tuple[int, int], max_edge: int) -> tuple[int, int]:
    """The size that the model saw: pixels are counted in that."""
    scale = min(max_edge / max(size), 1.0) if max_edge else 1.0
    return max(round(size[0] * scale), 1), max(round(size[1] * scale), 1)


def sent_sizes(run: Run) -> tuple[tuple[int, int], ...]:
    """Return the sizes of the run's images as the model saw them; of an address, none known."""
    images = [entry.image for entry in run.images.select_related("image")]
    sizes = ((one.width, one.height) if one else (1, 1) for one in images)
    return tuple(_sent(size, run.max_edge) for size in sizes)


def images_context(run: Run) -> dict[str, Any]:
    """The run's images in order, each with the boxes that the answer draws on it."""
    prefetch_related_objects([run], "images__image")
    entries = list(run.images.all())
    sizes = [(one.image.width, one.image.height) if one.image else (1, 1) for one in entries]
    found = boxes_of(run, run.output, sizes)
    images = [(entry, found.of(number)) for number, entry in enumerate(entries, start=1)]
    return {"images": images, "boxes": found}
