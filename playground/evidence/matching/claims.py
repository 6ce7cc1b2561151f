"""What an answer claims to stand in the image: numbers, dates, codes, quoted words, table cells."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from playground.evidence.matching.dates import Day, dates, times
from playground.evidence.matching.sums import Located, Sum, sums
from playground.evidence.matching.words import compact
from playground.rendering.numerals import COMMA, POINT, Numeral, first_numeral, located_numerals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from decimal import Decimal

    from playground.evidence.matching.answer_text import AnswerText, Cell

NUMBER, DATE, TIME, CODE, WORDS, SUM = "number", "date", "time", "code", "words", "sum"
MAX_CLAIMS = 1_000  # of one answer
MAX_CELL_LENGTH = 60  # characters: what is longer is prose
MAX_QUOTED_LENGTH = 120
COUNTED_BELOW = 10  # whole numbers that any image has somewhere
_CODE = re.compile(r"(?<![\w/.@-])[A-Za-z0-9]+(?:[-_/][A-Za-z0-9]+)*(?![\w@]|[.,]\d)")
_NUMBER_AND_UNIT = re.compile(r"\d+[a-zA-Z]{1,3}")
_QUOTED = re.compile(
    r"“([^“”\n]+)”|„([^„“”\n]+)[“”]|«\s?([^«»\n]+?)\s?»|「([^「」\n]+)」"
    r"|(?<!\w)\"([^\"\n]+)\"(?!\w|\s*:)|(?<!\w)'([^'\n]{2,})'(?!\w)|(?<!\w)‘([^‘’\n]{2,})’(?!\w)"
)
_NAME = re.compile(r"[^\W\d_a-zß-öø-ÿ][\w’'&-]+(?:[ ][^\W\d_a-zß-öø-ÿ][\w’'&-]+){1,5}")
_BEFORE = re.compile(r"(?:[^\W\d_]+[ ]){1,2}$")


@dataclass(frozen=True)
class Claim:
    """A value of an answer and where it stands in its text.

    values: that a number can mean. days: that a date can mean. key: by which words, times and codes
    are compared. row: the first cell of its row in a table, for a small number that counts there
    alone. is_named: listed only where it is found. parts: what is looked for where all of it is
    not found.
    """

    kind: str
    text: str
    start: int
    end: int
    key: str = ""
    values: frozenset[Decimal] = frozenset()
    days: frozenset[Day] = frozenset()
    row: Cell | None = None
    is_named: bool = False
    is_quoted: bool = False
    sum: Sum | None = None
    parts: tuple[Claim, ...] = ()

    @property
    def identity(self) -> tuple[object, ...]:
        """What two claims of the same have in common."""
        return self.kind, self.key, self.values, self.days, self.row


def find_claims(answer: AnswerText) -> list[Claim]:
    """Return the claims of an answer in order; none of them overlaps another."""
    single = list(_single(answer))
    spanning = [*_cells(answer, single), *_quoted(answer)]
    return _apart([*spanning, *single, *_names(answer)])[:MAX_CLAIMS]


def _apart(claims: Iterable[Claim]) -> list[Claim]:
    """Keep those that come first where two overlap, and return them as they stand."""
    taken: set[int] = set()
    kept: list[Claim] = []
    for claim in claims:
        places = range(claim.start, claim.end)
        if taken.isdisjoint(places):
            taken.update(places)
            kept.append(claim)
    return sorted(kept, key=lambda claim: claim.start)


def _single(answer: AnswerText) -> Iterator[Claim]:
    """Give dates, times, results of sums, codes and numbers, the surer reading first."""
    text = answer.text
    numbers = [Located(*one) for one in located_numerals(text)]
    found: list[Claim] = []
    for days, start, end in dates(text):
        found.append(Claim(DATE, text[start:end], start, end, days=days))
    for time, start, end in times(text):
        found.append(Claim(TIME, text[start:end], start, end, time))
    found += (_result(text, one) for one in sums(text, numbers))
    plain = [claim for one in numbers if (claim := _number(answer, one))]
    found += (claim for claim in plain if not claim.text.isdigit())  # 1 000 is no code 000
    yield from _apart([*found, *_codes(text), *plain])


def _result(text: str, one: Sum) -> Claim:
    return Claim(SUM, text[one.start : one.end], one.start, one.end, one.text, sum=one)


def _codes(text: str) -> Iterator[Claim]:
    for match in _CODE.finditer(text):
        code = match[0]
        if is_code(code) and not _NUMBER_AND_UNIT.fullmatch(code):
            yield Claim(CODE, code, *match.span(), compact(code))


def is_code(word: str) -> bool:
    """Whether its signs count rather than its value: letters among digits, or a zero in front."""
    digits = sum(sign.isdigit() for sign in word)
    if not digits or len(word) < 2:
        return False
    has_letters = any(sign.isalpha() for sign in word)
    return has_letters or (word[0] == "0" and digits > 1) or (digits > 5 and not word.isdigit())


def _number(answer: AnswerText, one: Located) -> Claim | None:
    text = answer.text[one.start : one.end]
    claim = Claim(NUMBER, text, one.start, one.end, values=meanings(text, one.numeral))
    value = one.numeral.value
    if one.numeral.percent or not (text.isdigit() and value < COUNTED_BELOW):
        return claim
    cell = answer.cell_at(one.start)
    if cell is None or cell.is_header or cell.column == 0:
        return None
    return replace(claim, row=answer.row_heads[cell.row])


def meanings(text: str, numeral: Numeral) -> frozenset[Decimal]:
    """Return the values a number can have: two for 1,249."""
    if not numeral.note:
        return frozenset({abs(numeral.value)})
    read = (first_numeral(text, notation) for notation in (POINT, COMMA))
    return frozenset(abs(one.value) for one in read if one)


def _cells(answer: AnswerText, single: list[Claim]) -> Iterator[Claim]:
    """Give the cells of words; a cell that a single value fills is that value."""
    for cell in answer.cells:
        text = answer.text[cell.start : cell.end]
        key = compact(text)
        if not any(sign.isalpha() for sign in key) or len(text) > MAX_CELL_LENGTH:
            continue
        parts = tuple(one for one in single if cell.start <= one.start and one.end <= cell.end)
        if len(parts) == 1 and parts[0].text == text.strip():
            continue
        start = cell.start + len(text) - len(text.lstrip())
        end = cell.end - len(text) + len(text.rstrip())
        yield Claim(
            WORDS,
            answer.text[start:end],
            start,
            end,
            key,
            is_named=cell.is_header or any(part.kind == SUM for part in parts),
            parts=parts,
        )


def _quoted(answer: AnswerText) -> Iterator[Claim]:
    for match in _QUOTED.finditer(answer.text):
        group = match.lastindex or 0
        if key := compact(match[group]):
            yield _words(answer, *match.span(group), key)
    for start, end in answer.code:
        if key := compact(answer.text[start:end]):
            yield _words(answer, start, end, key)


def _words(answer: AnswerText, start: int, end: int, key: str) -> Claim:
    text = answer.text[start:end]
    number = first_numeral(text)
    if number and key.isdigit():
        return Claim(NUMBER, text, start, end, values=meanings(text, number))
    is_long = len(text) > MAX_QUOTED_LENGTH
    return Claim(WORDS, text, start, end, key, is_named=is_long, is_quoted=True)


def _names(answer: AnswerText) -> Iterator[Claim]:
    """Words that begin with a capital, two or more: names, where they are found."""
    for match in _NAME.finditer(answer.text):
        yield _name(match[0], match.start())


def _name(text: str, start: int) -> Claim:
    """A name, or what is left without its first word: that begins a sentence, perhaps."""
    _, _, rest = text.partition(" ")
    parts = (_name(rest, start + len(text) - len(rest)),) if " " in rest else ()
    end = start + len(text)
    return Claim(WORDS, text, start, end, compact(text), is_named=True, parts=parts)


def whereabouts(answer: AnswerText, claim: Claim) -> str:
    """Say where in the answer a claim stands: by its row and column, or the words before it."""
    if claim.is_quoted:
        return "quoted"
    cell = answer.cell_at(claim.start)
    if cell is None:
        before = _BEFORE.search(answer.text[max(claim.start - 60, 0) : claim.start])
        return before[0].strip() if before else ""
    column = answer.column_heads.get((cell.table, cell.column))
    row = answer.row_heads.get(cell.row)
    cells = [one for one in (column, row) if one and one != cell]
    names = [answer.text[one.start : one.end].strip() for one in cells]
    return " of ".join(filter(None, names))[:80]
