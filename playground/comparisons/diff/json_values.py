"""An answer that is JSON, or holds some, as its single values by their path."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from playground.rendering.answer_json import read_json

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_VALUES = 2_000
MAX_DEPTH = 12  # what is deeper is one value, as text


def json_values(text: str) -> dict[str, str] | None:
    """Return the values as text in the order of the answer; None for what is no object or list."""
    found = [one for one in read_json(text, as_written=True) if _is_said(one, text)]
    if not found:
        return None
    parsed = found[0] if len(found) == 1 else found
    values: dict[str, str] = {}
    for path, value in _leaves(parsed, "", MAX_DEPTH):
        values[path] = value
        if len(values) == MAX_VALUES:
            break
    return values


def _is_said(value: dict[str, Any] | list[Any], text: str) -> bool:
    """Whether it is what the answer says; a list between words may be a mark: see [1]."""
    if isinstance(value, dict) or any(isinstance(one, dict | list) for one in value):
        return True
    return "```" in text or text.strip().startswith("[")


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
