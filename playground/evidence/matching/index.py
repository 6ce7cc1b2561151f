"""What was read in the images of a run, to find values in by what they mean and how they look."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, islice
from typing import TYPE_CHECKING

from playground.evidence.matching.claims import CODE, DATE, NUMBER, TIME, meanings
from playground.evidence.matching.dates import dates, times
from playground.evidence.matching.places import Line, Place, place_of
from playground.evidence.matching.words import compact, compact_signs, digits
from playground.reading.layout import row_numbers
from playground.rendering.numerals import located_numerals

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from playground.evidence.matching.claims import Claim
    from playground.evidence.matching.dates import Day
    from playground.reading.lines import Reading

MAX_PLACES = 50  # of one value
FREE_FROM = 6  # letters: so long a word is found within others, as spaces are often not read
MAX_EDITS, LETTERS_AN_EDIT = 3, 6
# Between a number and what a reader often glues to it: 2x48.00, TOTAL429.57.
_GLUED = re.compile(r"(?<=[^\W\d_]{2})(?=\d)|(?<=[xX×])(?=\d)|(?<=\d)(?=[xX×]\d)")
_WORD = re.compile(r"[^\s,;:]+")
_SPACED = re.compile(r"(?<=\d[.,])[ ](?=\d)|(?<=\d)[ ](?=[.,]\d)")


@dataclass
class ReadIndex:
    """text: all lines of all images as they are compared, one after the other."""

    lines: list[Line] = field(default_factory=list)
    text: str = ""
    starts: list[int] = field(default_factory=list)  # of each line in the text
    numbers: dict[Decimal, list[Place]] = field(default_factory=lambda: defaultdict(list))
    days: list[tuple[frozenset[Day], Place]] = field(default_factory=list)
    times: dict[str, list[Place]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, readings: Sequence[Reading | None]) -> ReadIndex:
        """Return the index of the readings of the images 1, 2 and so on; None where one is not."""
        index, length = cls(), 0
        parts: list[str] = []
        for image, reading in ((at, one) for at, one in enumerate(readings, start=1) if one):
            for row, line in zip(row_numbers(reading), reading.lines, strict=True):
                signs = [(one, at) for written, at in compact_signs(line.text) for one in written]
                index.starts.append(length)
                length += len(signs)
                index.lines.append(Line(image, row, line, signs))
                parts.append("".join(one for one, _ in signs))
                index._enter(index.lines[-1])
        index.text = "".join(parts)
        return index

    def _enter(self, line: Line) -> None:
        text = line.read.text
        for days, start, end in dates(text):
            self.days.append((days, place_of(line, start, end)))
        for time, start, end in times(text):
            self.times[time].append(place_of(line, start, end))
        for value, start, end in dict.fromkeys(_numbers(text)):
            self.numbers[value].append(place_of(line, start, end))

    @cached_property
    def words(self) -> list[tuple[str, Place]]:
        """What stands between spaces, as it is compared."""
        return [
            (key, place_of(line, *match.span()))
            for line in self.lines
            for match in _WORD.finditer(line.read.text)
            if (key := compact(match[0]))
        ]

    @cached_property
    def digits(self) -> list[tuple[str, Place]]:
        """The digits of each number, with the first of its places."""
        return [(digits(one[0].text), one[0]) for one in self.numbers.values()]

    def find(self, claim: Claim) -> list[Place]:
        """Return the places of a claim in their order, those of its parts not among them."""
        if claim.kind == NUMBER:
            found = [
                place
                for value in claim.values
                for place in self.numbers.get(value, ())
                if claim.row or len(place.text) > 1
            ]
        elif claim.kind == DATE:
            found = [
                place
                for days, place in self.days
                if any(one.is_same(other) for one in days for other in claim.days)
            ]
        elif claim.kind == TIME:
            found = self.times.get(claim.key, [])
        else:
            exact = self._exact(claim.key, is_code=claim.kind == CODE)
            found = list(islice(exact, MAX_PLACES))
            if not found and claim.kind != CODE:
                found = list(self._nearly(claim.key))
        return found[:MAX_PLACES]

    def _exact(self, key: str, *, is_code: bool) -> Iterator[Place]:
        start = self.text.find(key)
        while start >= 0:
            if self._stands_free(start, start + len(key), key, is_code=is_code):
                yield self.place(start, start + len(key))
            start = self.text.find(key, start + 1)

    def whole_words(self, start: int, end: int) -> tuple[int, int]:
        """Return the stretch with the ends of words that are next to its own."""
        near = [
            min(self._edges[max(place - 1, 0) : place + 1], key=lambda edge: abs(edge - at))
            for at in (start, end)
            for place in [bisect_left(self._edges, at)]
        ]
        return (near[0], near[1]) if near[0] < near[1] else (start, end)

    @cached_property
    def _edges(self) -> list[int]:
        return [0, *accumulate(len(key) for key, _ in self.words)]

    def _nearly(self, key: str) -> Iterator[Place]:
        """Give the one place that differs by an edit for six letters, and in no digit."""
        from rapidfuzz.distance import Levenshtein
        from rapidfuzz.fuzz import partial_ratio_alignment

        most = min(len(key) // LETTERS_AN_EDIT, MAX_EDITS)
        cutoff = 100 * (1 - most / len(key))
        if not most or not (best := partial_ratio_alignment(key, self.text, score_cutoff=cutoff)):
            return
        start, end = best.dest_start, best.dest_end
        read = self.text[start:end]
        near = Levenshtein.distance(key, read, score_cutoff=most) <= most
        if near and digits(key) == digits(read):
            yield self.place(*self.whole_words(start, end))

    def _stands_free(self, start: int, end: int, key: str, *, is_code: bool) -> bool:
        """Whether no letter or digit of the same word goes on before or behind."""
        edges = (start - 1, start), (end - 1, end)
        return all(self._parted(*edge, key, is_code=is_code) for edge in edges)

    def _parted(self, before: int, behind: int, key: str, *, is_code: bool) -> bool:
        if before < 0 or behind >= len(self.text):
            return True
        one, other = self._line_of(before), self._line_of(behind)
        if one != other:
            return True
        signs, start = self.lines[one].signs, self.starts[one]
        if signs[behind - start][1] - signs[before - start][1] > 1:
            return True
        kinds = self.text[before].isdigit(), self.text[behind].isdigit()
        if is_code or len(key) < FREE_FROM:
            return kinds[0] != kinds[1] and len(key) > 2
        return kinds != (True, True)

    def _line_of(self, place: int) -> int:
        return bisect_right(self.starts, place) - 1

    def place(self, start: int, end: int) -> Place:
        """Return where a stretch of the text stands, over several lines where it goes on."""
        first, last = self._line_of(start), self._line_of(end - 1)
        places = []
        for number in range(first, last + 1):
            line, at = self.lines[number], self.starts[number]
            signs = line.signs[max(start - at, 0) : end - at]
            if signs:
                places.append(place_of(line, signs[0][1], signs[-1][1] + 1))
        return places[0].joined(places[1:])


def _numbers(text: str) -> Iterator[tuple[Decimal, int, int]]:
    """Give each value that stands in a line, also where spaces are missing or too many."""
    for read, places in _readings(text):
        for numeral, start, end in located_numerals(read):
            for value in meanings(read[start:end], numeral):
                yield value, places[start], places[end - 1] + 1


def _readings(text: str) -> Iterator[tuple[str, Sequence[int]]]:
    """Give the line as it is, and with its spaces mended, each with the places of its signs."""
    yield text, range(len(text))
    for pattern, written in ((_GLUED, " "), (_SPACED, "")):
        mended: list[str] = []
        places: list[int] = []
        end = 0
        for match in pattern.finditer(text):
            mended += text[end : match.start()], written
            places += [*range(end, match.start()), *[match.start()] * len(written)]
            end = match.end()
        if end or mended:
            yield "".join(mended) + text[end:], [*places, *range(end, len(text))]
