"""JSON that a person typed: its value, or where it stops being JSON and why."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import isfinite
from typing import Any

MAX_DIGITS = 4_300  # of a whole number: more are none for Python
TOO_LARGE = "One of its numbers is too large."
_REASONS = {
    "Expecting ',' delimiter": "a comma or a closing bracket is missing",
    "Expecting property name enclosed in double quotes": "a name in double quotes is missing",
    "Illegal trailing comma before end of object": "a comma stands before the closing bracket",
    "Illegal trailing comma before end of array": "a comma stands before the closing bracket",
    "Expecting ':' delimiter": "a colon is missing",
    "Expecting value": "a value is missing",
    "Unterminated string starting at": "a closing quote is missing",
    "Extra data": "more follows where the JSON has ended",
    "Invalid control character at": "a line break or a tab stands within quotes",
}


def read_json(text: str, most: int, max_depth: int) -> Any:
    """Return the value. most: characters. Raises ValueError with a sentence."""
    if len(text) > most:
        raise ValueError(f"It has {len(text):,} characters. At most {most:,}.")
    with _in_words(text, max_depth):
        value = _decoder().decode(text)
    check_json(value, max_depth)
    return value


def first_value(text: str, max_depth: int) -> tuple[Any, int]:
    """Return the value that the text begins with, and where it ends. Raises ValueError."""
    with _in_words(text, max_depth):
        return _decoder().raw_decode(text)


def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(
        parse_constant=no_constant, parse_int=_whole, object_pairs_hook=each_once
    )


@contextmanager
def _in_words(text: str, max_depth: int) -> Iterator[None]:
    try:
        yield
    except json.JSONDecodeError as error:
        raise ValueError(_located(text, error)) from None
    except RecursionError:
        raise ValueError(f"It is nested too deep. At most {max_depth} levels.") from None


def check_json(value: Any, max_depth: int) -> None:
    """Raise ValueError for what is nested too deep, or what no database or program can carry."""
    depth = _depth(value)
    if depth > max_depth:
        raise ValueError(f"It is {depth} levels deep. At most {max_depth}.")


def _depth(value: Any) -> int:
    """Return how many levels there are, level by level, so that none is too deep to count."""
    level, depth = [value], 0
    while level:
        for one in level:
            _check_single(one)
        inner = [one for one in level if isinstance(one, dict | list)]
        depth += bool(inner)
        names = (name for one in inner if isinstance(one, dict) for name in one)
        for name in names:
            _check_single(name)
        level = [part for one in inner for part in (one.values() if isinstance(one, dict) else one)]
    return depth


def _check_single(value: Any) -> None:
    if isinstance(value, float) and not isfinite(value):
        raise ValueError(TOO_LARGE)
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ValueError("A text in it has half of a surrogate pair.") from None
        if "\x00" in value:
            raise ValueError("A text in it has a NUL character.")


def line_of(text: str, path: Sequence[str | int]) -> str:
    """Say on which line the value at this path stands: `Line 7: `, nothing on a text of one."""
    at = 0
    for name in path:
        found = text.find(json.dumps(name), at) if isinstance(name, str) else -1
        at = found if found >= 0 else at
    return f"Line {text.count(chr(10), 0, at) + 1}: " if "\n" in text.strip() else ""


def no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON.")


def _whole(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise ValueError(TOO_LARGE)
    return int(text)


def each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name that stands there twice: one of its values would be left out in silence."""
    value = dict(pairs)
    if len(value) < len(pairs):
        name = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        raise ValueError(f"{name} is there twice. Keep one of them.")
    return value


def _located(text: str, error: json.JSONDecodeError) -> str:
    """Say where in the text, by line where it has several, and what is wrong there."""
    several = "\n" in text.strip()
    at = f"Line {error.lineno}" if several else f"Character {error.pos + 1}"
    reason = _REASONS.get(error.msg.rstrip(":"), error.msg[:1].lower() + error.msg[1:])
    return f"{at}: {reason}."
