"""Traces the values of answers to their images: found, computed, or not found by the reader."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING

from playground.evidence.matching.answer_text import AnswerText, Cell, answer_text
from playground.evidence.matching.claims import SUM, WORDS, Claim, find_claims, whereabouts
from playground.evidence.matching.index import ReadIndex
from playground.evidence.matching.nearest import nearest
from playground.evidence.matching.words import compact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from playground.evidence.matching.places import Place
    from playground.evidence.matching.sums import Sum
    from playground.reading.lines import Reading

FOUND, COMPUTED, ABSENT = "found", "computed", "absent"


@dataclass(frozen=True)
class Spoken:
    """Where an answer speaks of a value. answer: by its code. count: of the same in this answer."""

    answer: str
    claim: Claim
    count: int


@dataclass
class Item:
    """One value, however often answers speak of it.

    Of one that was not found: where in the answer it stands, what was read that is most like it
    (nearest), and the lines on which alone it would count (searched).
    """

    number: int
    kind: str
    text: str
    places: list[Place] = field(default_factory=list)
    sum: Sum | None = None
    where: str = ""
    nearest: Place | None = None
    searched: tuple[int, int] | None = None
    spoken: list[Spoken] = field(default_factory=list)

    @property
    def is_wrong(self) -> bool:
        return bool(self.sum and not self.sum.right)

    @property
    def answers(self) -> list[str]:
        return list(dict.fromkeys(one.answer for one in self.spoken))


@dataclass
class Trace:
    """texts: of the answers by their codes. by_identity: the items, by what their claims have in
    common, in the order in which answers speak of them.
    """

    texts: dict[str, AnswerText]
    by_identity: dict[tuple[object, ...], Item]
    readings: Sequence[Reading | None]

    @cached_property
    def items(self) -> list[Item]:
        return list(self.by_identity.values())

    def items_of(self, text: str) -> list[Item]:
        """Return the items of the values in a text that stands alone, as far as answers have them.

        A text that is a value as a whole has that item alone.
        """
        whole = Claim(WORDS, text, 0, len(text), compact(text))
        parts = find_claims(answer_text(f"<p>{escape(text)}</p>"))
        if item := self._item(whole):
            return [item]
        return [item for one in parts if (item := self._item(one))]

    def _item(self, claim: Claim) -> Item | None:
        return self.by_identity.get((*claim.identity[:-1], ""))

    def of_kind(self, kind: str) -> list[Item]:
        return [one for one in self.items if one.kind == kind]


def trace(answers: dict[str, str], readings: Sequence[Reading | None], first: int = 1) -> Trace:
    """Trace answers, each a code and safe HTML, to what was read in the images they are about.

    first: the number of the first value.
    """
    tracer = _Tracer(ReadIndex.of(readings), first)
    texts = {code: answer_text(html) for code, html in answers.items()}
    for code, answer in texts.items():
        tracer.add(code, answer)
    return Trace(texts, tracer.items, readings)


class _Tracer:
    def __init__(self, index: ReadIndex, first: int) -> None:
        self.index, self.first = index, first
        self.items: dict[tuple[object, ...], Item] = {}
        self.known: dict[tuple[object, ...], list[Place]] = {}

    def add(self, code: str, answer: AnswerText) -> None:
        counts: dict[int, int] = defaultdict(int)
        regions = _Regions(self, answer)
        for claim in self._looked_for(find_claims(answer)):
            item = self._item(claim, regions)
            if item:
                counts[item.number] += 1
                item.spoken.append(Spoken(code, claim, counts[item.number]))

    def places(self, claim: Claim) -> list[Place]:
        identity = claim.identity
        if identity not in self.known:
            self.known[identity] = self.index.find(claim)
        return self.known[identity]

    def _looked_for(self, claims: Iterable[Claim]) -> Iterator[Claim]:
        """Give the claims, and the parts of those that stand nowhere as a whole."""
        for claim in claims:
            if claim.parts and not self.places(claim):
                yield from self._looked_for(claim.parts)
            elif not claim.is_named or self.places(claim):
                yield claim

    def _item(self, claim: Claim, regions: _Regions) -> Item | None:
        """Return the item of a claim; a small number of a row that stands nowhere has none."""
        rows = regions.of(claim.row) if claim.row else None
        if claim.row and rows is None:
            return None
        label = compact(regions.text(claim.row)) if claim.row else ""
        identity = (*claim.identity[:-1], label)
        if identity not in self.items:
            item = Item(self.first + len(self.items), COMPUTED, claim.text, sum=claim.sum)
            if claim.kind != SUM:
                self._place(item, claim, rows)
            if item.kind == ABSENT:
                item.where = whereabouts(regions.answer, claim)
            self.items[identity] = item
        return self.items[identity]

    def _place(self, item: Item, claim: Claim, rows: tuple[int, int, int] | None) -> None:
        item.places = self.places(claim)
        if rows:
            image, first, last = rows
            item.searched = first, last
            item.places = [
                one for one in item.places if one.image == image and first <= one.line <= last
            ]
        item.kind = FOUND if item.places else ABSENT
        if not item.places and not rows:
            item.nearest = nearest(claim, self.index)


class _Regions:
    """The rows of an image that belong to the rows of an answer's tables, by their first cells."""

    def __init__(self, tracer: _Tracer, answer: AnswerText) -> None:
        self.tracer, self.answer = tracer, answer

    def text(self, cell: Cell | None) -> str:
        return self.answer.text[cell.start : cell.end] if cell else ""

    def of(self, cell: Cell) -> tuple[int, int, int] | None:
        """Return the image with the first and the last line of the row: up to the next one's."""
        return self.known.get(cell)

    @cached_property
    def known(self) -> dict[Cell, tuple[int, int, int]]:
        heads = [one for one in self.answer.row_heads.values() if not one.is_header]
        placed = [(one, found[0]) for one in heads if (found := self._places(one))]
        lines = sorted((place.image, place.line) for _, place in placed)
        regions = {}
        for cell, place in placed:
            later = (line for image, line in lines if image == place.image and line > place.line)
            last = max(place.line, min(next(later, place.line + 2), place.line + 4) - 1)
            regions[cell] = place.image, place.line, last
        return regions

    def _places(self, cell: Cell) -> list[Place]:
        text = self.text(cell)
        claim = Claim(WORDS, text, cell.start, cell.end, compact(text))
        return self.tracer.places(claim) if claim.key else []
