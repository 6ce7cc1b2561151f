"""Arithmetic that an answer writes out, as 96.00 + 144.00 = 240.00, and whether it comes out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation, localcontext
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playground.rendering.numerals import Numeral

MAX_OPERANDS = 200
_UNIT = r"(?:\s*(?:%|(?P<unit>[$€£¥₹₩]|[^\W\d_]{1,4}\.?(?:/[^\W\d_]{1,3})?)))?"
_BETWEEN = re.compile(
    rf"{_UNIT}[ ]*(?P<sign>[-−–+×x*·÷/=≈])[ ]*(?:[$€£¥₹₩]|[A-Z]{{3}}[ ])?[ ]*(?P<minus>[-−–]?)",
    re.IGNORECASE,
)
_AFTER = re.compile(rf"{_UNIT}(?![^\W\d_])")
# An equation beside these is a part of another one: 1 1/2 + 1, x + 3, 2^3 + 1; = 2 × 4, = 3 R 4.
_GOES_BEFORE = re.compile(
    r"(?:[-−–+×*·÷/^√]|\d|\b(?:x|sin|cos|tan|log|ln|sqrt))\s*$", re.IGNORECASE
)
_GOES_ON = re.compile(
    r"\s*(?:[-−–+×x*·÷/^]\s*[\d($€£√]|!|\d|(?:R|rest|remainder)\b)", re.IGNORECASE
)
_TIGHT = re.compile(r"[-–x/]")
_MULTIPLES = {"k", "m", "mn", "mio", "bn", "t", "tn", "mrd", "md", "千", "万", "萬", "亿", "億"}
_OPERATIONS = {**dict.fromkeys("-−–", "-"), **dict.fromkeys("×x*·X", "*"), "÷": "/"}


class Located(NamedTuple):
    """A number of an answer and where it stands."""

    numeral: Numeral
    start: int
    end: int


@dataclass(frozen=True)
class Sum:
    """text: as it is written. start, end: of its result alone. right: whether it comes out."""

    text: str
    start: int
    end: int
    right: bool
    computed: str

    @property
    def adds(self) -> bool:
        return not any(sign in self.text for sign in "-−–×*·÷/")


def sums(text: str, numbers: Sequence[Located]) -> Iterator[Sum]:
    """Give the equations of a text. numbers: all of its numbers, in order."""
    operands: list[Decimal] = [_value(one.numeral) for one in numbers[:1]]
    first, signs = 0, list[str]()
    for place, (one, other) in enumerate(pairwise(numbers), start=1):
        sign, value = _step(text[one.end : other.start], _value(other.numeral))
        if sign and sign not in "=≈" and len(signs) < MAX_OPERANDS:
            signs.append(sign)
            operands.append(value)
            continue
        if sign and sign in "=≈" and signs:
            yield from _checked(text, numbers[first : place + 1], operands, signs)
        first, signs, operands = place, [], [_value(other.numeral)]


def _step(between: str, value: Decimal) -> tuple[str, Decimal]:
    """Return the sign between two numbers, and the second one: a minus is read once."""
    match = _BETWEEN.fullmatch(between) if len(between) < 24 else None
    if not match:
        return "", value
    return _OPERATIONS.get(match["sign"], match["sign"]), value if match["minus"] else abs(value)


def _checked(
    text: str, numbers: Sequence[Located], operands: Sequence[Decimal], signs: Sequence[str]
) -> Iterator[Sum]:
    """Give the equation, unless it does not come out and may mean something else."""
    said, (start, end) = numbers[-1].numeral, numbers[-1][1:]
    exponent = said.value.as_tuple().exponent
    unit = Decimal((0, (1,), exponent if isinstance(exponent, int) else 0))
    with localcontext(prec=50):
        try:
            value = _computed(operands, signs) * (100 if said.percent else 1)
            computed = value.quantize(unit)
        except (InvalidOperation, ZeroDivisionError):
            return
        off = abs(value - said.value)
        right = off < unit if "/" in signs else off <= unit / 2  # 2 / 3 = 0.66 is cut, and right
    if right or _is_plain(text, numbers, signs):
        written = " ".join(text[numbers[0].start : end].split())
        yield Sum(written, start, end, right, f"{computed:f}")


def _is_plain(text: str, numbers: Sequence[Located], signs: Sequence[str]) -> bool:
    """Whether an equation means one thing alone, so that it may be called wrong.

    80 + 25 % may be 100, 5 kg + 300 g are 5.3 kg, 1,250 may be 1.25, and ≈ is no =.
    """
    between = [text[one.end : other.start] for one, other in pairwise(numbers)]
    start, end = numbers[0].start, numbers[-1].end
    percents = {one.numeral.percent for one in numbers}
    return not (
        "≈" in between[-1]
        or any(one.numeral.note for one in numbers)
        or (len(percents) > 1 and {"+", "-"} & {*signs})
        or _differ(between, text[end : end + 12])
        or (len(signs) == 1 and _may_be_range(between[0], *numbers))
        or _GOES_BEFORE.search(text[max(start - 12, 0) : start])
        or _GOES_ON.match(text, end)
    )


def _may_be_range(between: str, first: Located, last: Located, result: Located) -> bool:
    """Whether it is a range as 3-5 or 9 – 17, whose length is told, or a format as 16x9."""
    rises = first.numeral.value < last.numeral.value
    is_minus = bool(re.search("[-−–]", between))
    return bool(_TIGHT.fullmatch(between)) or (is_minus and rises and result.numeral.value > 0)


def _differ(between: Sequence[str], after: str) -> bool:
    """Whether the numbers have units of several kinds, or of multiples as 1.2k."""
    found = [match for one in between if (match := _BETWEEN.fullmatch(one))]
    units = {match["unit"].casefold().strip(".") for match in found if match["unit"]}
    last = _AFTER.match(after)
    if last and last["unit"] and units:
        units.add(last["unit"].casefold().strip("."))
    return len(units) > 1 or not units.isdisjoint(_MULTIPLES)


def _value(numeral: Numeral) -> Decimal:
    return numeral.value / 100 if numeral.percent else numeral.value


def _computed(values: Sequence[Decimal], signs: Sequence[str]) -> Decimal:
    """Return the value of a row of operations: those of points before those of lines."""
    terms = [values[0]]
    for sign, value in zip(signs, values[1:], strict=True):
        if sign == "*":
            terms[-1] *= value
        elif sign == "/":
            terms[-1] /= value
        else:
            terms.append(value if sign == "+" else -value)
    return sum(terms, Decimal(0))
