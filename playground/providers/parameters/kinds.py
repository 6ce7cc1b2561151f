"""The kinds of values that parameters have: as text in a form, as a value in JSON.

`read` makes a value of what a person typed, `written` the text again, and `check` returns a value
of JSON as it is kept. What does not fit is a ValueError that says what does.
"""

import json
from dataclasses import dataclass
from typing import Any, Protocol

from playground.providers.parameters.typed_json import check_json, line_of, read_json
from playground.rendering.json_schema import SchemaError, size_of, validator

MAX_SAFE_INTEGER = 2**53 - 1  # larger ones are rounded by programs in JavaScript
MAX_DEPTH = 32
ORIGINAL = "original"


class Kind(Protocol):
    """words: what a value is, as a part of a sentence. schema: the same as JSON Schema."""

    @property
    def words(self) -> str: ...
    @property
    def schema(self) -> dict[str, Any]: ...
    def read(self, text: str) -> Any: ...
    def written(self, value: Any) -> str: ...
    def check(self, value: Any) -> Any: ...


def _number_in(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


@dataclass(frozen=True)
class Number:
    low: float
    high: float

    @property
    def words(self) -> str:
        return f"a number from {self.low:g} to {self.high:g}"

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "number", "minimum": self.low, "maximum": self.high}

    def read(self, text: str) -> float:
        return self.check(_number_in(text))

    def written(self, value: float) -> str:
        return f"{value:.10g}"

    def check(self, value: Any) -> float:
        fits = isinstance(value, int | float) and not isinstance(value, bool)
        if not fits or not self.low <= value <= self.high:
            raise ValueError
        return float(value)


@dataclass(frozen=True)
class Whole:
    low: int
    high: int = MAX_SAFE_INTEGER
    words: str = "a whole number"

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.low, "maximum": self.high}

    def read(self, text: str) -> int:
        return self.check(int(text) if len(text) <= 20 else None)

    def written(self, value: int) -> str:
        return str(value)

    def check(self, value: Any) -> int:
        whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        if not whole or isinstance(value, bool) or not self.low <= value <= self.high:
            raise ValueError
        return int(value)


@dataclass(frozen=True)
class Choice:
    """One of some names. number: or a whole number instead."""

    names: tuple[str, ...]
    number: Whole | None = None
    number_words: str = ""

    @property
    def words(self) -> str:
        *others, last = [*self.names, *([self.number_words] if self.number else [])]
        return f"{', '.join(others)} or {last}"

    @property
    def schema(self) -> dict[str, Any]:
        named = {"type": "string", "enum": list(self.names)}
        return {"anyOf": [named, self.number.schema]} if self.number else named

    def read(self, text: str) -> Any:
        if self.number and text.lower() not in self.names:
            return self.number.read(text)
        return self.check(text.lower())

    def written(self, value: Any) -> str:
        return str(value)

    def check(self, value: Any) -> Any:
        if self.number and not isinstance(value, str):
            return self.number.check(value)
        if value not in self.names:
            raise ValueError
        return value


@dataclass(frozen=True)
class Edge:
    """The longest edge of an image in pixels, at most; 0, which people write as original."""

    edges: tuple[int, ...]

    @property
    def words(self) -> str:
        *others, last = map(self.written, self.edges)
        return f"{', '.join(others)} or {last}"

    @property
    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.edges)}

    def read(self, text: str) -> int:
        return self.check(0 if text.lower() == ORIGINAL else int(text) if len(text) < 9 else None)

    def written(self, value: int) -> str:
        return str(value) if value else ORIGINAL

    def check(self, value: Any) -> int:
        if isinstance(value, bool) or value not in self.edges:
            raise ValueError
        return int(value)


@dataclass(frozen=True)
class Texts:
    """A few texts: one a line, or as JSON where one of them has a line end."""

    most: int
    max_length: int = 500

    @property
    def words(self) -> str:
        return f"a list of 1 to {self.most} texts of at most {self.max_length} characters"

    @property
    def schema(self) -> dict[str, Any]:
        text = {"type": "string", "minLength": 1, "maxLength": self.max_length}
        return {"type": "array", "minItems": 1, "maxItems": self.most, "items": text}

    def read(self, text: str) -> list[str]:
        if text.startswith("["):
            try:
                return self.check(json.loads(text))
            except (ValueError, RecursionError):
                pass  # a text such as [END]
        return self.check([line for line in text.splitlines() if line.strip()])

    def written(self, value: list[str]) -> str:
        plain = all(one.splitlines() == [one] and one.strip() for one in value)
        return "\n".join(value) if plain else json.dumps(value, ensure_ascii=False)

    def check(self, value: Any) -> list[str]:
        if not isinstance(value, list) or not value or not all(isinstance(v, str) for v in value):
            raise ValueError
        if len(value) > self.most:
            raise ValueError(f"At most {self.most}. You gave {len(value)}.")
        check_json(value, 1)
        if any(not 1 <= len(one) <= self.max_length for one in value):
            raise ValueError
        return value


@dataclass(frozen=True)
class Object:
    """An object of JSON. refused: names that it may not have, each with the reason."""

    most: int  # characters
    refused: tuple[tuple[str, str], ...] = ()
    words: str = "a JSON object"

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "object"}

    def read(self, text: str) -> dict[str, Any]:
        return self.check(read_json(text, self.most, MAX_DEPTH))

    def written(self, value: dict[str, Any]) -> str:
        return json.dumps(value, ensure_ascii=False, indent=2 if len(str(value)) > 60 else None)

    def check(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ValueError("That is no object. Put the names and values in braces.")
        check_json(value, MAX_DEPTH)
        if len(json.dumps(value)) > 2 * self.most:
            raise ValueError(f"It has too much in it. At most {self.most:,} characters.")
        refused = dict(self.refused)
        for name in value:
            if reason := refused.get(name.casefold()):  # servers in Go take names in any case
                raise ValueError(f"{name} cannot be set here: {reason}. Remove it.")
        return value


@dataclass(frozen=True)
class Schema(Object):
    """A JSON Schema, which can be bounded."""

    words: str = "a JSON schema"

    def read(self, text: str) -> dict[str, Any]:
        value = read_json(text, self.most, MAX_DEPTH)
        try:
            return self.check(value)
        except SchemaError as refused:
            raise ValueError(f"{line_of(text, refused.path)}{refused}") from None

    def check(self, value: Any) -> dict[str, Any]:
        schema = super().check(value)
        validator(json.dumps(schema))
        return schema

    def said(self, text: str) -> str:
        """Say how large a schema is, for who typed it; empty where it is none."""
        try:
            fields, levels = size_of(self.read(text))
        except ValueError:
            return ""
        return f"A schema: {fields} field{'s' * (fields != 1)}, {levels} level{'s' * (levels != 1)}"
