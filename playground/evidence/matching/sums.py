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
_UNIT = r"(?:\s*(?:%|[$€£¥₹₩]|[^\W\d_]{1,4}\.?(?:/[^\W\d_]{1,3})?))?"
_BETWEEN = re.compile(
    rf"{_UNIT}[ ]*(?P<sign>[-−–+×x*·÷/=≈])[ ]*(?:[$€£¥₹₩]|[A-Z]{{3}}[ ])?[ ]*(?P<minus>[-−–]?)",
    re.IGNORECASE,
)
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
            start = numbers[first].start
            yield from _checked(" ".join(text[start : other.end].split()), operands, signs, other)
        first, signs, operands = place, [], [_value(other.numeral)]


def _step(between: str, value: Decimal) -> tuple[str, Decimal]:
    """Return the sign between two numbers, and the second one: a minus is read once."""
    match = _BETWEEN.fullmatch(between) if len(between) < 24 else None
    if not match:
        return "", value
    return _OPERATIONS.get(match["sign"], match["sign"]), value if match["minus"] else abs(value)


def _checked(
    written: str, operands: Sequence[Decimal], signs: Sequence[str], result: Located
) -> Iterator[Sum]:
    said = result.numeral
    exponent = said.value.as_tuple().exponent
    unit = Decimal((0, (1,), exponent if isinstance(exponent, int) else 0))
    with localcontext(prec=50):
        try:
            value = _computed(operands, signs) * (100 if said.percent else 1)
            computed = value.quantize(unit)
        except (InvalidOperation, ZeroDivisionError):
            return
        right = abs(value - said.value) <= unit / 2
    yield Sum(written, result.start, result.end, right, f"{computed:f}")


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
