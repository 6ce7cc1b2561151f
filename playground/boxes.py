"""Reads bounding boxes out of an answer, in the forms that models commonly use.

`box_2d` is y0, x0, y1, x1 from 0 to 1000 (Google's models); `bbox`, `bbox_2d` and `bounding_box`
are x0, y0, x1, y1 in pixels, or from 0 to 1. Whatever does not make a box is left out.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

FENCED = re.compile(r"```(?:json)?\s*\n(.*?)```", re.DOTALL)
CORNERS = ("bbox", "bbox_2d", "bounding_box", "boundingBox")
LABELS = ("label", "name", "text", "class", "description", "object")
MOST_BOXES = 200
LONGEST_ANSWER = 200_000  # characters that are looked at
LONGEST_LABEL = 60
DEEPEST = 12
Corners = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True)
class Box:
    """A box as shares of the image's width and height, 0 to 1, and what it is said to show.

    image: which image of the run, from 1, where the answer names one.
    """

    left: float
    top: float
    right: float
    bottom: float
    label: str = ""
    image: int = 1

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top


def find_boxes(answer: str, sizes: list[tuple[int, int]]) -> list[Box]:
    """Return the boxes of an answer. sizes: width and height of each image, in pixels, in order."""
    if not sizes:
        return []
    boxes: list[Box] = []
    for value in _json_values(answer[:LONGEST_ANSWER]):
        for entry in _entries(value):
            box = _box(entry, sizes)
            if box and len(boxes) < MOST_BOXES:
                boxes.append(box)
    return boxes


def _json_values(answer: str) -> Iterator[Any]:
    texts = FENCED.findall(answer) or [answer]
    for text in texts:
        try:
            yield json.loads(text)
        except (ValueError, RecursionError):
            continue


def _entries(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > DEEPEST:
        return
    if isinstance(value, dict):
        if "box_2d" in value or any(name in value for name in CORNERS):
            yield value
            return
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _entries(one, depth + 1)


def _box(entry: dict[str, Any], sizes: list[tuple[int, int]]) -> Box | None:
    image = _image(entry, len(sizes))
    corners = _from_thousandths(entry.get("box_2d"))
    if not corners:
        given = next((entry[name] for name in CORNERS if name in entry), None)
        corners = _from_corners(given, *sizes[image - 1])
    if not corners:
        return None
    left, top, right, bottom = (min(max(one, 0.0), 1.0) for one in corners)
    if right <= left or bottom <= top:
        return None
    return Box(left, top, right, bottom, _label(entry), image)


def _image(entry: dict[str, Any], count: int) -> int:
    given: Any = entry.get("image")
    is_number = isinstance(given, int) and not isinstance(given, bool)
    return given if is_number and 1 <= given <= count else 1


def _numbers(value: Any) -> list[float] | None:
    if not isinstance(value, list) or len(value) != 4:
        return None
    if any(isinstance(one, bool) or not isinstance(one, int | float) for one in value):
        return None
    numbers = [float(one) for one in value if abs(one) < 1e9]
    return numbers if len(numbers) == 4 and all(map(isfinite, numbers)) else None


def _from_thousandths(value: Any) -> Corners | None:
    numbers = _numbers(value)
    if not numbers or max(numbers) > 1000:
        return None
    top, left, bottom, right = (one / 1000 for one in numbers)
    return left, top, right, bottom


def _from_corners(value: Any, width: int, height: int) -> Corners | None:
    if isinstance(value, dict):
        value = _corners_of(value)
    numbers = _numbers(value)
    if not numbers:
        return None
    left, top, right, bottom = numbers
    if max(numbers) <= 1:  # shares already
        return left, top, right, bottom
    return left / width, top / height, right / width, bottom / height


def _corners_of(value: dict[str, Any]) -> list[Any] | None:
    try:
        x, y, width, height = (value[name] for name in ("x", "y", "width", "height"))
        return [x, y, x + width, y + height]
    except (KeyError, TypeError):
        names = ("x_min", "y_min", "x_max", "y_max")
        return [value[name] for name in names] if all(name in value for name in names) else None


def _label(entry: dict[str, Any]) -> str:
    texts = (entry[name] for name in LABELS if isinstance(entry.get(name), str))
    return next(texts, "")[:LONGEST_LABEL]
