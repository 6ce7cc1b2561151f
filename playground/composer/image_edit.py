"""What a person does to an image of the tray before it is sent, read from fields, and its new name.

Boxes are in pixels of the image as turned. Where a form says another turn than its boxes were
drawn at (without script), they are turned with the image.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playground.composer.tray import MAX_NAME
from playground.images.models import Image
from playground.imaging.edits import Box, Edit, turned_size
from playground.web.params import number_or_none

if TYPE_CHECKING:
    from django.http import QueryDict

    from playground.accounts.visitor import Visitor
    from playground.submission.request import AttachedImage

MAX_COVERS = 16
MIN_SIDE = 16  # pixels of a crop, and of the longest edge
SIDES = ("left", "top", "width", "height")
TURNS = [(0, "None"), (90, "90° right"), (180, "180°"), (270, "90° left")]
# "receipt.webp (cropped to 408 × 600 px; from 3a9f41c0d2e1)"
ORIGIN = re.compile(r"(?P<name>.*) \((?P<words>[^()]*); from (?P<hash>[0-9a-f]{12})\)", re.DOTALL)
MAX_WORDS = 110  # characters of what was done, in a name

WHOLE = "{} is in whole pixels. Write a number in each of its four fields, or none."
NOTHING = "The crop leaves nothing. Width and height are at least {} px."
EMPTY_COVER = "{} covers nothing. Width and height are at least 1 px."
PAST = "{}: {} and {} reach past the {} edge, {} px."
EDGE = f"The longest edge is a whole number from {MIN_SIDE} px. Write one, or nothing."
QUALITY = "JPEG quality is a whole number from 1 to 100. Write one, or nothing."


@dataclass
class EditFields:
    """The fields as they are shown and the edit that they say, as far as there are no errors.

    crop and covers: left, top, width, height as typed.
    """

    size: tuple[int, int]  # of the image, before its turn
    turn: int = 0
    crop: list[str] = field(default_factory=list)
    covers: list[list[str]] = field(default_factory=list)
    max_edge: str = ""
    quality: str = ""
    errors: list[str] = field(default_factory=list)
    edit: Edit = field(default_factory=Edit)

    @classmethod
    def posted(cls, data: QueryDict, size: tuple[int, int]) -> EditFields:
        turns = (data.get(name, "") for name in ("turn", "turned"))
        turn, was = (int(one) if one in {"90", "180", "270"} else 0 for one in turns)
        crop = [data.get(f"crop_{side}", "").strip() for side in SIDES]
        columns = [data.getlist(f"cover_{side}")[: MAX_COVERS + 1] for side in SIDES]
        covers = [[one.strip() for one in row] for row in zip(*columns, strict=False)]
        fields = cls(size, turn, crop, [row for row in covers if any(row)])
        fields.max_edge = data.get("edge", "").strip()[:9]
        fields.quality = data.get("quality", "").strip()[:9]
        fields._turn_boxes(was)
        fields._read()
        return fields

    @property
    def seen(self) -> tuple[int, int]:
        """Width and height once turned."""
        return turned_size(self.size, self.turn)

    @property
    def transform(self) -> str:
        """How SVG turns the image into its place."""
        width, height = self.size
        moved = {90: (height, 0), 180: (width, height), 270: (0, width)}.get(self.turn)
        return f"translate({moved[0]} {moved[1]}) rotate({self.turn})" if moved else ""

    @property
    def crop_row(self) -> list[tuple[str, str]]:
        """Each side of the crop and its field; the whole image where none was typed."""
        whole = ["0", "0", *map(str, self.seen)]
        return list(zip(SIDES, self.crop if any(self.crop) else whole, strict=True))

    @property
    def cover_rows(self) -> list[list[tuple[str, str]]]:
        return [list(zip(SIDES, row, strict=True)) for row in self.covers]

    def remove_cover(self, number: int) -> None:
        """Take a part away; parts count from 1."""
        self.covers = [row for n, row in enumerate(self.covers, 1) if n != number]
        self._read()

    def add_cover(self) -> None:
        """Add a part in the middle, a quarter as wide and high as the image."""
        width, height = self.seen
        middle = (width * 3 // 8, height * 3 // 8, max(width // 4, 1), max(height // 4, 1))
        if len(self.covers) < MAX_COVERS:
            self.covers.append(list(map(str, middle)))
            self._read()

    def _turn_boxes(self, was: int) -> None:
        further, size = (self.turn - was) % 360, turned_size(self.size, was)
        for row in [self.crop, *self.covers]:
            numbers = _numbers(row)
            if further and numbers:
                row[:] = map(str, Box(*numbers).turned(further, size))

    def _read(self) -> None:
        self.errors = []
        covers = [self._box(row, f"Part {n}") for n, row in enumerate(self.covers, 1)]
        for number, cover in enumerate(covers, 1):
            if cover and not (cover.width and cover.height):
                self.errors.append(EMPTY_COVER.format(f"Part {number}"))
        if len(self.covers) > MAX_COVERS:
            self.errors.append(f"At most {MAX_COVERS} parts are covered. Remove some.")
        edge, quality = number_or_none(self.max_edge), number_or_none(self.quality)
        if self.max_edge and (edge or 0) < MIN_SIDE:
            self.errors.append(EDGE)
        if self.quality and not 1 <= (quality or 0) <= 100:
            self.errors.append(QUALITY)
        found = tuple(one for one in covers if one)
        crop = self._crop()
        small = edge if edge and edge < max(crop or self.seen) else None
        self.edit = Edit(self.turn, found, crop, small, quality)

    def _crop(self) -> Box | None:
        """Return the crop; None for the whole image."""
        box = self._box(self.crop, "Crop")
        least = min(MIN_SIDE, *self.seen)
        if box and min(box.width, box.height) < least:
            self.errors.append(NOTHING.format(least))
        return None if box == (0, 0, *self.seen) else box

    def _box(self, row: list[str], what: str) -> Box | None:
        numbers = _numbers(row)
        if not numbers:
            if any(row):
                self.errors.append(WHOLE.format(what))
            return None
        box, (width, height) = Box(*numbers), self.seen
        if box.right > width:
            self.errors.append(PAST.format(what, "left", "width", "right", f"{width:,}"))
        if box.bottom > height:
            self.errors.append(PAST.format(what, "top", "height", "lower", f"{height:,}"))
        return box


def _numbers(row: list[str]) -> list[int]:
    """Return four whole numbers, or none."""
    found = [number_or_none(one, 6) for one in row]
    return [one for one in found if one is not None] if None not in found else []


def edited_name(source: AttachedImage, words: str) -> str:
    """Return what the changed image is called: what was done to which file, and its hash."""
    earlier = ORIGIN.fullmatch(source.name)
    name = earlier["name"] if earlier else source.name or "image"
    said = ", ".join([earlier["words"], words] if earlier else [words])
    sha256 = earlier["hash"] if earlier else source.reference[:12]
    said = said if len(said) <= MAX_WORDS else f"{said[: MAX_WORDS - 1]}…"
    tail = f" ({said}; from {sha256})"
    return name[: MAX_NAME - len(tail)] + tail


def original_of(visitor: Visitor, name: str) -> tuple[Image, str] | None:
    """Return the image that one of this name was made from, if it is kept, and its own name."""
    made = ORIGIN.fullmatch(name)
    if not made:
        return None
    mine = Image.objects.visible_to(visitor)
    start = made["hash"]
    found = mine.filter(sha256__gte=start, sha256__lt=f"{start}g").first()
    return (found, made["name"]) if found else None
