"""Makes what a provider sent storable in every database the product runs on.

PostgreSQL refuses NUL in text and jsonb, no UTF-8 column takes a lone surrogate, and NaN is no
JSON.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_DEPTH = 50
TOO_DEEP = "[nested too deeply to be kept]"

_INT64 = 2**63
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def clean_text(text: str) -> str:
    """Return the text with NUL and lone surrogates replaced by U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)


def clean_json(value: Any, text: Callable[[str], str] = clean_text) -> Any:
    """Return a copy of parsed JSON that can be stored, `text` applied to every string and name.

    NaN and Infinity become null, integers beyond 64 bits their digits, and what is nested more than
    MAX_DEPTH deep is replaced by a remark, so that no later reader can run out of stack.
    """
    return _clean(value, text, MAX_DEPTH)


def _clean(value: Any, text: Callable[[str], str], depth: int) -> Any:
    if isinstance(value, dict | list | tuple):
        return _clean_container(value, text, depth - 1) if depth else TOO_DEEP
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if -_INT64 <= value < _INT64 else _digits(value)
    return text(value if isinstance(value, str) else str(value))


def _clean_container(value: Any, text: Callable[[str], str], depth: int) -> Any:
    if isinstance(value, dict):
        return {text(str(name)): _clean(item, text, depth) for name, item in value.items()}
    return [_clean(item, text, depth) for item in value]


def _digits(value: int) -> str:
    # str() of an integer of more than 4300 digits is refused by Python; hex() never is.
    return str(value) if value.bit_length() < 10_000 else hex(value)
