"""Makes what a provider sent storable in every database the product runs on.

PostgreSQL refuses NUL in text and jsonb, no UTF-8 column takes a lone surrogate, and NaN is no
JSON.
"""

import json
import math
import re
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

MAX_DEPTH = 50
TOO_DEEP = "[nested too deeply to be kept]"

MAX_DIGITS = 4_000  # of an integer: Python itself reads and writes 4,300
MAX_BITS = 13_289  # as many as 4,000 digits have
SENDABLE = re.compile(r"[\x21-\x7e]+")  # what a header can carry as a key
MIN_SECRET_LENGTH = 8  # anything shorter is no key, and replacing it would spoil answers
MAX_VALUES = 250_000  # in one answer: each takes about 70 bytes of memory
MAX_VALUES_OF_LIST = 1_000_000  # of a provider that lists all that it has
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\Z)', re.DOTALL)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def clean_text(text: str) -> str:
    """Return the text with NUL and lone surrogates replaced by U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)


def parsed(text: str, max_values: int = MAX_VALUES) -> Any:
    """Return what JSON says. Raises ValueError, also where it is nested too deeply or too full."""
    if is_overfull(text, max_values):
        raise ValueError("too many values")
    try:
        return json.loads(text, parse_int=whole_number)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def is_overfull(text: str, max_values: int = MAX_VALUES) -> bool:
    """Whether JSON has more values than that; found before any of them takes memory."""
    if _marks_in(text) <= max_values:
        return False
    return _marks_in(_STRING.sub("", text)) > max_values


def _marks_in(text: str) -> int:
    return 0 if len(text) < MAX_VALUES else sum(map(text.count, ",:[{"))


def clean_json(value: Any, text: Callable[[str], str] = clean_text) -> Any:
    """Return a copy of parsed JSON that can be stored, `text` applied to every string and name.

    NaN and Infinity become null, integers of more than MAX_BITS text, and what is nested more than
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
        return value if value.bit_length() <= MAX_BITS else hex(value)
    return text(value if isinstance(value, str) else str(value))


def _clean_container(value: Any, text: Callable[[str], str], depth: int) -> Any:
    if isinstance(value, dict):
        return {text(str(name)): _clean(item, text, depth) for name, item in value.items()}
    return [_clean(item, text, depth) for item in value]


def amount_of(value: object) -> Decimal | None:
    """Return an amount, by its digits: a float's own value is not what was written."""
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and abs(amount) < 10**9 else None


def whole_number(digits: str) -> int | str:
    """Return an integer as JSON has it; one of absurd length stays the text that it is."""
    return int(digits) if len(digits) <= MAX_DIGITS else digits


def without_secrets(data: bytes, secrets: Iterable[str]) -> bytes:
    """Return bytes as they came, each secret in them replaced, also where JSON escapes it."""
    for secret in secrets:
        pattern = b"".join(_spelled(byte) for byte in secret.encode())
        data = re.sub(pattern, b"[key]", data)
    return data


def _spelled(byte: int) -> bytes:
    """Return a pattern of a byte: as it is, behind a backslash, or as its number."""
    itself = re.escape(bytes((byte,)))
    number = re.escape(b"%02x" % byte)
    return b"(?:\\\\?" + itself + b"|\\\\u00" + b"(?i:" + number + b"))"
