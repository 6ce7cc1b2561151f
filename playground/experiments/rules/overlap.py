"""The rule of boxes: each expected box is found, with enough overlap, and no other."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playground.experiments.rules.reading import Answer, Reading, RuleError, unread
from playground.rendering.boxes.found import Drawn, find_boxes
from playground.rendering.boxes.readings import PIXELS, READINGS
from playground.rendering.boxes.shapes import find_shapes

if TYPE_CHECKING:
    from collections.abc import Sequence

_FOUR = re.compile(r"\s*-?[\d.]{1,12}(?:\s*,\s*-?[\d.]{1,12}){3}\s*")
_NONE = ("[]", "{}", "none", "0")


@dataclass(frozen=True)
class Boxes:
    """iou: the least overlap, as intersection over union. labels: whether they have to be the same.

    expected_as, answer_as: how numbers are meant where several ways fit, as in rendering/boxes;
    for an answer by default as its model's makers say.
    """

    iou: float = 0.5
    labels: bool = False
    expected_as: str = field(default=PIXELS.code, metadata={"choices": tuple(READINGS)})
    answer_as: str = field(default="", metadata={"choices": ("", *READINGS)})

    def __post_init__(self) -> None:
        if not 0 < self.iou <= 1:
            raise RuleError("iou is a share above 0, at most 1.")

    def judge(self, answer: Answer) -> Reading:
        expected = _boxes(answer, answer.expected, self.expected_as, "")
        if not expected and answer.expected.strip().lower() not in _NONE:
            return unread("The expected value has no boxes.")
        found = _boxes(answer, answer.text, self.answer_as, answer.model)
        if found is None:
            return unread("The numbers of the boxes fit several readings: choose one in the rule.")
        return self._compare(found, expected or [])

    def _compare(self, found: Sequence[Drawn], expected: Sequence[Drawn]) -> Reading:
        overlaps = self._matched(found, expected)
        most = max(len(found), len(expected))
        score = sum(overlaps) / most if most else 1.0
        reason = f"{len(overlaps)} of {len(expected)} found at an overlap of {self.iou:g} or more"
        surplus = len(found) - len(overlaps)
        reason += f", {surplus} besides." if surplus else "."
        right = len(overlaps) == most
        return Reading(f"{len(found)} box{'' if len(found) == 1 else 'es'}", right, score, reason)

    def _matched(self, found: Sequence[Drawn], expected: Sequence[Drawn]) -> list[float]:
        """Return the overlaps of boxes matched one to one, the largest overlap first."""
        overlaps = (
            (overlap(one, other), i, j)
            for i, one in enumerate(found)
            for j, other in enumerate(expected)
            if one.image == other.image and (not self.labels or _alike(one, other))
        )
        matched: list[float] = []
        used: set[tuple[str, int]] = set()
        for share, i, j in sorted((one for one in overlaps if one[0] >= self.iou), reverse=True):
            if not used & {("found", i), ("expected", j)}:
                used |= {("found", i), ("expected", j)}
                matched.append(share)
        return matched


def _boxes(answer: Answer, text: str, chosen: str, model: str) -> list[Drawn] | None:
    """Return the boxes of a text; None where nobody can tell what their numbers mean.

    Without the sizes of the images numbers are compared as they are written. Four numbers alone are
    a box here, whether or not the text says so.
    """
    if _FOUR.fullmatch(text):
        text = f"[{text}]"
    if not find_shapes(text, 1):
        text = f"Boxes:\n\n{text}"
    if not answer.sizes:
        shapes = find_shapes(text, 1)
        drawn = [Drawn(one.kind, one.pairs, one.label, one.image) for one in shapes]
    else:
        found = find_boxes(text, answer.sizes, model, chosen)
        if found.asks:
            return None
        drawn = found.drawn
    return [one for one in drawn if one.is_box]


def _alike(one: Drawn, other: Drawn) -> bool:
    return one.label.strip().casefold() == other.label.strip().casefold()


def overlap(one: Drawn, other: Drawn) -> float:
    """Return intersection over union."""
    across = _common(one.left, one.width, other.left, other.width)
    down = _common(one.top, one.height, other.top, other.height)
    both = one.width * one.height + other.width * other.height - across * down
    return across * down / both if both > 0 else 0.0


def _common(start: float, length: float, other: float, other_length: float) -> float:
    return max(0.0, min(start + length, other + other_length) - max(start, other))
