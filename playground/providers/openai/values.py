"""Takes the data of one event apart: JSON values, the word that ends a stream, and bare words."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from playground.providers.sanitising import is_overfull, whole_number

if TYPE_CHECKING:
    from collections.abc import Iterator

DONE = "[DONE]"
_DONE = re.compile(r"\[DONE\]|\[?done\]?\Z", re.IGNORECASE)
_DECODER = json.JSONDecoder(parse_int=whole_number)


def values_in(data: str) -> Iterator[Any]:
    """Yield the JSON values of an event one after the other; DONE and bare words as text.

    Some servers put several objects into one event. What breaks off in the middle is no words.
    """
    decoder, at = _DECODER, len(data) if is_overfull(data) else 0
    while at < len(data):
        try:
            value, at = decoder.raw_decode(data, at)
        except (ValueError, RecursionError):
            rest = data[at:].strip()
            if _DONE.match(rest):
                yield DONE
            elif rest.startswith("[ERROR]") or not rest.startswith(("{", "[", '"')):
                yield rest
            return
        yield from value if isinstance(value, list) else (value,)
        while data[at : at + 1].isspace() or data[at : at + 1] == ",":
            at += 1
