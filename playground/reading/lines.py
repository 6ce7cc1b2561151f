"""A line of text that was read in an image, and all lines of one image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Point = tuple[float, float]


@dataclass(frozen=True)
class ReadLine:
    """Words that stand on one line. confidence: of the reader, from 0 to 1.

    polygon: the corners, as the words are read from the top left one clockwise; each x and y as a
    share of the width and the height of the image as it is shown.
    """

    text: str
    confidence: float
    polygon: tuple[Point, Point, Point, Point]


@dataclass(frozen=True)
class Reading:
    """What was read in an image. lines: from the top to the bottom.

    width and height: pixels of the image as it is shown. seconds: how long reading it took.
    """

    lines: tuple[ReadLine, ...]
    width: int
    height: int
    seconds: float

    def to_json(self) -> dict[str, Any]:
        lines = [
            {"text": line.text, "confidence": line.confidence, "polygon": line.polygon}
            for line in self.lines
        ]
        size = {"width": self.width, "height": self.height}
        return {**size, "seconds": self.seconds, "lines": lines}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Reading:
        lines = tuple(_line(line) for line in value["lines"])
        return cls(lines, value["width"], value["height"], value["seconds"])


def _line(value: dict[str, Any]) -> ReadLine:
    one, two, three, four = ((x, y) for x, y in value["polygon"])
    return ReadLine(value["text"], value["confidence"], (one, two, three, four))
