"""Which lines of a reading stand beside each other: rows of the image, however it is tilted."""

from __future__ import annotations

from math import atan2, cos, sin
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playground.reading.lines import Reading, ReadLine

SHARE = 0.5  # of a line's height that its middle may be off


def rows(reading: Reading) -> list[int]:
    """Return the row of each line, from 1 on, in the order of the lines."""
    ratio = reading.height / reading.width if reading.width else 1.0
    slope = _slope(reading.lines, ratio)
    middles = [_middle(line, ratio, slope) for line in reading.lines]
    numbers = [0] * len(middles)
    row, last = 0, (-1.0, 0.0)
    for place in sorted(range(len(middles)), key=lambda one: middles[one]):
        middle, height = middles[place]
        if not row or middle - last[0] > SHARE * min(height, last[1] or height):
            row += 1
            last = middle, height
        numbers[place] = row
    return numbers


def _slope(lines: Sequence[ReadLine], ratio: float) -> float:
    """Return the angle of the lines; those of a few letters are too short to tell."""
    return median(_angles(lines, ratio)) if lines else 0.0


def _angles(lines: Sequence[ReadLine], ratio: float) -> Iterator[float]:
    longest = max(len(line.text) for line in lines)
    for line in lines:
        (x1, y1), (x2, y2) = line.polygon[0], line.polygon[1]
        if 2 * len(line.text) >= longest:
            yield atan2((y2 - y1) * ratio, x2 - x1)


def _middle(line: ReadLine, ratio: float, slope: float) -> tuple[float, float]:
    """Return how far down a line's middle is once the image is turned straight, and its height."""
    points = [(x, y * ratio) for x, y in line.polygon]
    down = [y * cos(slope) - x * sin(slope) for x, y in points]
    return sum(down) / 4, abs((down[2] + down[3] - down[0] - down[1]) / 2)
