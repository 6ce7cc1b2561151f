"""Sweeps: a model with several values of one parameter, or several times, in one comparison."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError

from playground.providers.parameters.kinds import MAX_DEPTH
from playground.providers.parameters.listed import (
    MAX_EDGE,
    MAX_SCHEMA_LENGTH,
    SWEPT,
    TEMPERATURE,
)
from playground.providers.parameters.typed_json import first_value, read_json
from playground.submission.size import MAX_COLUMNS
from playground.web.formatting import counted

if TYPE_CHECKING:
    from playground.providers.parameters.listed import Parameter
    from playground.submission.request import Options

NOT_SENT = "not sent"
POINT = "A comma stands between two {}s, a point before decimals: 0.5"
MAX_LENGTH, TOO_LONG = 1000, "One press takes at most {} {}s."  # characters
MAX_JSON_LENGTH = 3 * MAX_SCHEMA_LENGTH
MAX_READ = 100  # values of JSON that are read, which are too many
BETWEEN_DIGITS = re.compile(r"\d,\d")


@dataclass(frozen=True)
class Sweep:
    """values: instead of the one option; empty for none. repeats: of each setting.

    over: the name of the parameter that has these values, of which None is not sent. also: further
    parameters with theirs; each value meets each of the others.
    """

    values: tuple[Any, ...] = ()
    repeats: int = 1
    over: str = TEMPERATURE.name
    also: tuple[tuple[str, tuple[Any, ...]], ...] = ()

    @property
    def axes(self) -> dict[str, tuple[Any, ...]]:
        """Return the values of each parameter that is swept over."""
        return {name: values for name, values in ((self.over, self.values), *self.also) if values}

    @property
    def size(self) -> int:
        """How many runs each model gets."""
        return prod(map(len, self.axes.values())) * self.repeats

    def settings(self, usual: Options) -> list[Options]:
        """Return those of the runs of a model, repeats next to each other."""
        return [one for one in usual.crossed(self.axes) for _ in range(self.repeats)]

    @property
    def asked(self) -> dict[str, Any]:
        """What tells one sweep from another, under the names that presses of before have."""
        also = {f"{name}s": values for name, values in self.also}
        return {f"{self.over}s": self.values, "repeats": self.repeats, **also}


def values_in(text: str, over: str = TEMPERATURE.name) -> tuple[Any, ...]:
    """Return the values of a list typed by a person; raises ValidationError with the remedy."""
    swept = SWEPT[over]
    if len(text) > (MAX_JSON_LENGTH if swept.is_structured else MAX_LENGTH):
        raise ValidationError(TOO_LONG.format(MAX_COLUMNS, _noun(swept)))
    values: list[Any] = []
    for value in _parsed(text, swept):
        if value not in values:
            values.append(value)
    if len(values) > MAX_COLUMNS:
        raise ValidationError(
            f"That is {counted(len(values), _noun(swept))}, and one press takes at most "
            f"{MAX_COLUMNS}. Leave out {len(values) - MAX_COLUMNS}."
        )
    return tuple(values)


def _noun(swept: Parameter) -> str:
    return "temperature" if swept is TEMPERATURE else "value"


def _parsed(text: str, swept: Parameter) -> list[Any]:
    if swept.is_structured:
        return _structured(text, swept)
    parts = (part.strip() for part in text.replace(";", ",").split(","))
    return [_value(part, swept) for part in parts if part]


def _structured(text: str, swept: Parameter) -> list[Any]:
    """Return values of JSON; what is wrong with one is said as it is of one alone."""
    rest, values = text.strip(), list[Any]()
    while rest and len(values) < MAX_READ:
        try:
            value, rest = _first(rest, swept)
        except ValueError as reason:
            which = f"Value {len(values) + 1}: " if values else ""
            is_enough = str(reason) and swept.is_json
            words = [f"{which}{reason}"] * bool(str(reason)) + [_remedy(swept)] * (not is_enough)
            raise ValidationError(" ".join(words)) from None
        values.append(value)
    return values


def _first(text: str, swept: Parameter) -> tuple[Any, str]:
    """Return the first value, and the text behind the comma that follows it."""
    if text.lower().startswith(NOT_SENT):
        value, end = None, len(NOT_SENT)
    else:
        value, end = first_value(text, MAX_DEPTH)
        value = None if value is None else _checked(value, text[:end], swept)
    rest = text[end:].lstrip()
    if rest and not rest.startswith(","):
        read_json(text, MAX_JSON_LENGTH, MAX_DEPTH)  # says where more follows
    return value, rest[1:].lstrip()


def _checked(value: Any, text: str, swept: Parameter) -> Any:
    return swept.kind.read(text) if swept.is_json else swept.kind.check(value)


def _value(part: str, swept: Parameter) -> Any:
    if part.lower() == NOT_SENT:
        return 0 if swept is MAX_EDGE else None
    try:
        return swept.kind.read(part)
    except ValueError:
        shown = part if len(part) <= 20 else f"{part[:20]}…"
        raise ValidationError(f"{shown} is no {swept.label.lower()}. {_remedy(swept)}") from None


def _remedy(swept: Parameter) -> str:
    if swept is TEMPERATURE:
        many = "temperatures from 0 to 2"
    elif swept is MAX_EDGE:
        many = f"sizes, each {swept.kind.words}"
    else:
        many = f"values, each {swept.kind.words} or {NOT_SENT}"
    return f"Give {many} with commas between them, such as {swept.example}. Or leave it blank."


def written(values: tuple[Any, ...], over: str = TEMPERATURE.name) -> str:
    """Return the list as a person would type it."""
    swept = SWEPT[over]
    if swept.is_structured:
        return ", ".join(json.dumps(one, ensure_ascii=False) for one in values)
    return ", ".join(NOT_SENT if one is None else swept.kind.written(one) for one in values)


def said_of(text: str, over: str = TEMPERATURE.name) -> str:
    """Return how a list that a person typed is read, or why it cannot be; empty for none."""
    if over not in SWEPT:
        return ""
    swept = SWEPT[over]
    try:
        values = values_in(text, over)
    except ValidationError as error:
        return str(error.message)
    if not values:
        return ""
    *others, last = (written((one,), over) for one in values)
    named = f"{', '.join(others)} and {last}" if others else last
    noun = _noun(swept)
    words = f"{counted(len(values), noun)}: {named}"
    between = BETWEEN_DIGITS.search(text) and not swept.is_structured
    return f"{words}. {POINT.format(noun)}" if between else words
