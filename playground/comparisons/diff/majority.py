"""What most answers do not share: words, numbers, cells of tables, whole statements.

A word is shared if more than half of the answers hold it anywhere; so two answers share what both
hold. A number and a cell are also compared with what the others say at the same place, and a
statement of the same words in another order with the place of each word.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from playground.comparisons.diff.notes import Note
from playground.comparisons.diff.parsing import FIRST_WORD, Reading
from playground.comparisons.diff.words import is_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playground.comparisons.diff.positions import Claim

# A statement is marked as a whole from so many words on, if so many and two fifths are unshared.
MIN_STATEMENT = 5
MIN_UNSHARED = 3
UNSHARED_SHARE = 2 / 5
# Statements with more of their words at another place were only put in another order.
MAX_MOVED_SHARE = 2 / 3


@dataclass
class Verdict:
    """What of one reading is unshared: tokens by their index, and how many of what they are."""

    tokens: set[int] = field(default_factory=set)
    note: Note = field(default_factory=Note)

    def runs(self, reading: Reading) -> Iterator[tuple[int, int]]:
        """Give the first and the last token of each stretch with no tag and no shared word within.

        No stretch goes over the end of a line, as the highlight would cover the empty space.
        """
        first = last = -2
        for token in sorted(self.tokens):
            if token != last + 1 or "\n" in reading.pieces[2 * token]:
                if first >= 0:
                    yield first, last
                first = token
            last = token
        if first >= 0:
            yield first, last


def judge(readings: Sequence[Reading]) -> list[Verdict]:
    """Return what of each reading most of the readings do not share."""
    if len(readings) < 2:
        return [Verdict(note=Note(columns=len(readings))) for _ in readings]
    majority = _Majority(readings)
    return [majority.judge(reading) for reading in readings]


class _Majority:
    """What is counted once for all readings, and the judgement of each by it."""

    def __init__(self, readings: Sequence[Reading]) -> None:
        self.readings = readings
        self.half = len(readings) / 2
        self.holders = Counter(chain.from_iterable(r.vocabulary for r in readings))
        self.unshared = {word for word, held in self.holders.items() if held <= self.half}
        self.places = Counter(chain.from_iterable(r.claims for r in readings))
        claims = ((place, c.content) for r in readings for place, c in r.claims.items())
        self.claimed = Counter(claims)
        rows = Counter(chain.from_iterable(r.rows for r in readings))
        self.common_rows = {row for row, held in rows.items() if held > self.half}
        statements = [{words for _, _, words in r.sentences} for r in readings]
        self.made = Counter(chain.from_iterable(statements))
        self.orders = _orders(statements, self._reordered())

    def judge(self, reading: Reading) -> Verdict:
        keys = reading.keys
        claims = [claim for place, claim in reading.claims.items() if self._denied(place, claim)]
        claimed = {i for claim in claims for i in reading.word_tokens(claim.start, claim.end)}
        tokens = {i for i, word in enumerate(keys) if word in self.unshared}
        tokens |= claimed | self._moved(reading)
        whole = self._whole_statements(reading)
        inside = {i for a, b, _ in whole for i in range(a, b) if keys[i] >= FIRST_WORD}
        single = tokens - claimed - inside
        numbers = sum(is_number(keys[i]) for i in single)
        note = Note(
            columns=len(self.readings) if reading.vocabulary else 0,
            values=sum(claim.start not in inside for claim in claims) + numbers,
            words=len(single) - numbers,
            statements=len(whole),
            alone=sum(self._alone(words) for _, _, words in whole),
            missing=len(self.common_rows - reading.rows) if reading.rows else 0,
        )
        return Verdict(tokens | inside, note)

    def _denied(self, place: str, claim: Claim) -> bool:
        """Whether others speak of the place, and most do not say the same of it.

        An answer that does not speak of it agrees if it has the words elsewhere.
        """
        agreeing = self.claimed[place, claim.content]
        if agreeing > self.half or self.places[place] == 1:
            return False
        said = claim.content.split()
        elsewhere = sum(
            place not in reading.claims and reading.vocabulary.issuperset(said)
            for reading in self.readings
        )
        return agreeing + elsewhere <= self.half

    def _whole_statements(self, reading: Reading) -> list[tuple[int, int, tuple[str, ...]]]:
        """Return the statements of which so many words are unshared that all of it is marked."""
        is_unshared = self.unshared.__contains__
        return [
            statement
            for statement in reading.sentences
            if (size := len(statement[2])) >= MIN_STATEMENT
            and sum(map(is_unshared, statement[2])) >= max(MIN_UNSHARED, UNSHARED_SHARE * size)
        ]

    def _alone(self, words: tuple[str, ...]) -> bool:
        """Whether half of what is unshared of a statement is in no other answer."""
        holders = [self.holders[word] for word in words if word in self.unshared]
        return holders.count(1) * 2 >= len(holders)

    def _reordered(self) -> set[tuple[str, ...]]:
        """Return the words, sorted, of statements that few make although the words are shared."""
        return {
            tuple(sorted(words))
            for words, makers in self.made.items()
            if makers <= self.half and self.unshared.isdisjoint(words)
        }

    def _moved(self, reading: Reading) -> set[int]:
        """Return the words that stand where most answers that use the same words have others."""
        moved: set[int] = set()
        for start, end, words in reading.sentences:
            if self.made[words] > self.half:
                continue
            orders = self.orders.get(tuple(sorted(words)), [])
            if len(orders) > self.half:
                agreeing = [
                    sum(word in order[i] for order in orders) for i, word in enumerate(words)
                ]
                elsewhere = [i for i, number in enumerate(agreeing) if number <= self.half]
                if len(elsewhere) <= MAX_MOVED_SHARE * len(words):
                    tokens = reading.word_tokens(start, end)
                    moved.update(tokens[i] for i in elsewhere)
        return moved


def _orders(
    statements: Sequence[set[tuple[str, ...]]], wanted: set[tuple[str, ...]]
) -> dict[tuple[str, ...], list[list[set[str]]]]:
    """Return for each wanted set of words what stands at each place, once for each answer."""
    orders: dict[tuple[str, ...], list[list[set[str]]]] = {}
    for of_one in statements if wanted else ():
        own: dict[tuple[str, ...], list[set[str]]] = {}
        for words in of_one:
            ordered = tuple(sorted(words))
            if ordered in wanted:
                places = own.setdefault(ordered, [set() for _ in words])
                for place, word in zip(places, words, strict=True):
                    place.add(word)
        for ordered, places in own.items():
            orders.setdefault(ordered, []).append(places)
    return orders
