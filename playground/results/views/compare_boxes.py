"""The boxes of several answers on the pictures that all of them were asked about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playground.catalog import entries as catalog
from playground.runs.boxes import boxes_of
from playground.runs.models.box_reading import BoxReading
from playground.runs.models.comparison import letter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playground.comparisons.differences import Column
    from playground.rendering.boxes.found import Drawn, Found

AT_FIRST = 2  # models whose boxes are shown before anybody chose
SPARE = ["spare-1", "spare-2", "spare-3", "spare-4"]


@dataclass
class ModelBoxes:
    """The boxes of one column. hue: a CSS class; no two columns have the same, up to nine."""

    column: Column
    model: catalog.Model
    letter: str
    place: int
    found: Found
    hue: str = ""
    is_shown: bool = False

    @property
    def key(self) -> str:
        return letter(self.place).lower()

    @property
    def tag_offset(self) -> int:
        """Pixels by which its letters stand aside: models often mark the same corner."""
        return self.place * 18


@dataclass(frozen=True)
class Layer:
    """What one column draws on one picture."""

    of: ModelBoxes
    shapes: list[Drawn]


def compare_boxes(compared: Sequence[Column]) -> dict[str, Any]:
    """Return pictures with their layers, and the columns. Nothing while names are hidden."""
    entries = list(compared[0].run.images.all())
    if not entries or any(one.run.is_sealed for one in compared):
        return {}
    chosen = BoxReading.objects.of_runs(one.run for one in compared)
    sizes = [(one.image.width, one.image.height) if one.image else (1, 1) for one in entries]
    columns = [
        _model_boxes(one, place, found)
        for place, one in enumerate(compared)
        if not one.run.flagged and (found := boxes_of(one.run, one.run.output, sizes, chosen))
        if found.drawn or found.choices
    ]
    _colour(columns)
    pictures = [
        (entry, layers)
        for number, entry in enumerate(entries, start=1)
        if entry.image and (layers := list(_layers(columns, number)))
    ]
    return {"box_columns": columns, "box_pictures": pictures}


def _model_boxes(column: Column, place: int, found: Found) -> ModelBoxes:
    run = column.run
    return ModelBoxes(column, catalog.find(run.model_id), letter(run.position), place, found)


def _colour(columns: list[ModelBoxes]) -> None:
    """The vendor's own hue for its first model; then one that no other column has."""
    vendors = [*catalog.VENDORS, "other"]
    free = [*vendors, *SPARE]
    drawing = [one for one in columns if one.found.drawn]
    for one in drawing:
        own = one.model.vendor_class
        if own in free:
            one.hue = own
            free.remove(own)
    for one in drawing:
        one.hue = one.hue or (free.pop() if free else "other")
    for one in drawing[:AT_FIRST]:
        one.is_shown = True


def _layers(columns: list[ModelBoxes], image: int) -> Iterator[Layer]:
    for one in columns:
        if shapes := one.found.of(image):
            yield Layer(one, shapes)
