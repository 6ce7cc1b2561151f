"""An answer that is JSON, or holds one code block of JSON, as its single values by their path."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_VALUES = 2_000
MAX_DEPTH = 12  # what is deeper is one value, as text
_FENCE = "```"


def json_values(text: str) -> dict[str, str] | None:
    """Return the values as text in the order of the answer; None for what is no object or list."""
    try:
        # Numbers stay as they are written, 41.20 and integers too long for Python among them.
        parsed = json.loads(_source(text), parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    if not isinstance(parsed, dict | list):
        return None
    values: dict[str, str] = {}
    for path, value in _leaves(parsed, "", MAX_DEPTH):
        values[path] = value
        if len(values) == MAX_VALUES:
            break
    return values


def _source(text: str) -> str:
    """Return the text itself or, where there is just one code block in it, that without its tag."""
    parts = text.split(_FENCE)
    if len(parts) != 3:
        return text
    language, _, code = parts[1].partition("\n")
    return code if language.strip().lower() in ("", "json") else text


def _leaves(value: Any, path: str, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value and depth:
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}" if path else name, depth - 1)
    elif isinstance(value, list) and value and depth:
        for index, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{index}]", depth - 1)
    else:
        yield (
            path or "answer",
            value if isinstance(value, str) else json.dumps(value, ensure_ascii=False),
        )
