"""Texts as they are compared: letters and digits alone, without case, accents or spaces."""

from collections.abc import Iterator
from functools import lru_cache
from unicodedata import combining, normalize

# A reader takes one for another: an answer that writes it rightly says the same.
_ALIKE = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ð": "d", "þ": "th", "ł": "l", "ı": "i"}


def compact(text: str) -> str:
    return "".join(written for written, _ in compact_signs(text))


def compact_signs(text: str) -> Iterator[tuple[str, int]]:
    """Give what each sign of a text is compared as, with its place."""
    for place, sign in enumerate(text):
        if written := _plain(sign):
            yield written, place


@lru_cache(maxsize=4096)
def _plain(sign: str) -> str:
    folded = normalize("NFKD", sign.casefold())
    plain = "".join(_ALIKE.get(one, one) for one in folded if not combining(one))
    return "".join(one for one in plain if one.isalnum())


def digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))
