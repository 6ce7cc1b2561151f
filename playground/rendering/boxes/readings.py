"""What the numbers of a shape may mean, and which model families mean what.

Published conventions: Gemini's `box_2d` and points are [y, x] in thousandths; Qwen2.5-VL gives
pixels, Qwen-VL, Qwen2-VL and Qwen3-VL thousandths, as InternVL, GLM, CogVLM, DeepSeek-VL, MiniCPM
and Seed do; Kimi-VL shares; Molmo per cent; PaliGemma 1,024 steps.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.rendering.boxes.shapes import (
    BOX,
    CORNERS,
    GOOGLE,
    LOC,
    MARKED,
    NAMED,
    PERCENT,
    POINTS,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playground.rendering.boxes.shapes import Shape

    Place = tuple[float, float]

SHRUNK_TO = (
    1568  # pixels of the longest edge: what Claude, and others alike, see of a larger picture
)
MAX_OUTSIDE = 0.02  # of the picture: what is rounded at its edge


@dataclass(frozen=True)
class Reading:
    """One meaning. per: what stands for the whole picture; none: its pixels. label: for people.

    longest: pixels of the longest edge that a larger picture was made smaller to.
    """

    code: str
    label: str
    per: float | None = None
    top_first: bool = False
    stated: bool = False
    longest: int = 0


PIXELS = Reading("pixels", "pixels")
STATED = Reading("stated", "pixels of the size that the answer names", stated=True)
SHRUNK = Reading("shrunk", f"pixels, of {SHRUNK_TO} at the longest edge", longest=SHRUNK_TO)
SHARES = Reading("shares", "0–1", 1.0)
HUNDREDTHS = Reading("percent", "0–100", 100.0)
THOUSANDTHS = Reading("thousandths", "0–1000", 1000.0)
THOUSANDTHS_TOP = Reading("thousandths-top", "0–1000, top before left", 1000.0, top_first=True)
STEPS = Reading("steps", "0–1023", 1024.0)
READINGS = {
    one.code: one
    for one in (PIXELS, STATED, SHRUNK, SHARES, HUNDREDTHS, THOUSANDTHS, THOUSANDTHS_TOP, STEPS)
}

_FAMILIES = (
    (re.compile(r"qwen-vl-(max|plus|ocr)"), None),  # names that move from one convention to another
    (re.compile(r"qwen-?2[._p-]?5"), PIXELS),
    (re.compile(r"qwen|internvl|glm-?4|cogvlm|deepseek|minicpm|doubao|seed|ernie"), THOUSANDTHS),
    (re.compile(r"gemini|gemma"), THOUSANDTHS_TOP),
    (re.compile(r"kimi"), SHARES),
    (re.compile(r"molmo"), HUNDREDTHS),
)
_BY_MARK = {LOC: [STEPS], PERCENT: [HUNDREDTHS], MARKED: [THOUSANDTHS]}


def of_family(model_id: str) -> Reading | None:
    """Return what the makers of a model say that it means; None where they say nothing."""
    name = model_id.lower().partition("@")[0].rpartition("/")[2]
    return next((reading for pattern, reading in _FAMILIES if pattern.search(name)), None)


def fitting(
    shapes: Sequence[Shape], sizes: Sequence[tuple[int, int]], model_id: str
) -> list[Reading]:
    """Return the meanings by which all of these shapes lie inside of their pictures."""
    fits = [one for one in _possible(shapes, model_id) if _fits(one, shapes, sizes)]
    if PIXELS in fits and of_family(model_id) is None and _may_be_shrunk(shapes, sizes):
        fits.insert(1, SHRUNK)
    return fits


def _may_be_shrunk(shapes: Sequence[Shape], sizes: Sequence[tuple[int, int]]) -> bool:
    larger = any(max(sizes[shape.image - 1]) > SHRUNK_TO for shape in shapes)
    return larger and _fits(SHRUNK, shapes, sizes)


def _possible(shapes: Sequence[Shape], model_id: str) -> list[Reading]:
    means = shapes[0].means
    if means in _BY_MARK:
        return _BY_MARK[means]
    numbers = [number for shape in shapes for pair in shape.pairs for number in pair]
    if max(numbers) <= 1:
        return [SHARES] if means != GOOGLE else []
    family = of_family(model_id)
    if means == GOOGLE:
        # The name is Google's, and so is its order. Others who use it may have kept their own.
        own = family and family not in (THOUSANDTHS_TOP, SHARES)
        return [THOUSANDTHS_TOP, *([family] if own and family else [])]
    if all(shape.size for shape in shapes):
        return [STATED]
    swaps = means == POINTS or (means == CORNERS and family is THOUSANDTHS_TOP)
    orders = [THOUSANDTHS_TOP] if swaps else []
    hundredths = [HUNDREDTHS] if family is HUNDREDTHS else []
    return [PIXELS, THOUSANDTHS, *orders, *hundredths]


def preferred(means: str, model_id: str) -> Reading | None:
    """Return the meaning that is taken where several fit; None where it has to be asked for."""
    family = of_family(model_id)
    if family is THOUSANDTHS_TOP and means == NAMED:
        return THOUSANDTHS
    return None if family is THOUSANDTHS_TOP and means == CORNERS else family


def _fits(reading: Reading, shapes: Sequence[Shape], sizes: Sequence[tuple[int, int]]) -> bool:
    return all(placed(reading, shape, sizes[shape.image - 1]) for shape in shapes)


def placed(reading: Reading, shape: Shape, size: tuple[int, int]) -> tuple[Place, ...]:
    """Return the places as shares of the picture; nothing where they lie outside or are no box."""
    across, down = _whole(reading, shape, size)
    pairs = [(y, x) if reading.top_first else (x, y) for x, y in shape.pairs]
    places = [(x / across, y / down) for x, y in pairs]
    if any(not -MAX_OUTSIDE <= one <= 1 + MAX_OUTSIDE for place in places for one in place):
        return ()
    places = [(min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)) for x, y in places]
    if shape.kind == BOX and (places[1][0] <= places[0][0] or places[1][1] <= places[0][1]):
        return ()
    return tuple(places)


def _whole(reading: Reading, shape: Shape, size: tuple[int, int]) -> tuple[float, float]:
    if reading.per:
        return reading.per, reading.per
    if reading.longest and max(size) > reading.longest:
        return size[0] * reading.longest / max(size), size[1] * reading.longest / max(size)
    return shape.size if reading.stated and shape.size else size
