"""Which blocks of an answer read in another direction than what is around them.

The page gives a whole answer `dir="auto"`: the direction of its first letter. Each block whose own
first letter goes the other way says so; an answer of one direction is left as it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import bidirectional

if TYPE_CHECKING:
    from markdown_it.token import Token

_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_STRONG = {"L": "ltr", "R": "rtl", "AL": "rtl"}
_INSIDE = {"thead_open", "tbody_open", "tr_open", "thead_close", "tbody_close", "tr_close"}


def set_directions(tokens: list[Token], source: str) -> None:
    """Set `dir` on the blocks that need it."""
    if not _RIGHT_TO_LEFT.search(source):
        return
    own = _own_directions(tokens)
    around = [next(filter(None, map(_first_of_all, tokens)), "ltr")]
    for place, token in enumerate(tokens):
        if token.type in _INSIDE:
            continue
        if token.type in ("fence", "code_block") and around[-1] == "rtl":
            token.attrs["dir"] = "ltr"
        elif token.nesting > 0:
            around.append(own.get(place) or around[-1])
            if around[-1] != around[-2]:
                token.attrs["dir"] = around[-1]
        elif token.nesting < 0:
            around.pop()


def _own_directions(tokens: list[Token]) -> dict[int, str]:
    """For each opening token the direction of the first letter up to its end."""
    found: dict[int, str] = {}
    waiting: list[int] = []
    for place, token in enumerate(tokens):
        if token.nesting > 0:
            waiting.append(place)
        elif token.nesting < 0:
            waiting.pop()
        elif token.type == "inline" and (direction := _first(token)):
            for opening in reversed(waiting):
                if opening in found:
                    break
                found[opening] = direction
    return found


def _first(inline: Token) -> str:
    """The direction of the first letter of prose: a formula or code beginning it says nothing."""
    texts = (one.content for one in inline.children or [] if one.type == "text")
    return next(filter(None, map(_direction, texts)), "")


def _first_of_all(token: Token) -> str:
    """The direction of the first letter, as a browser finds it."""
    children = token.children if token.type == "inline" else [token]
    return next(filter(None, (_direction(one.content) for one in children or [])), "")


def _direction(text: str) -> str:
    return next((_STRONG[kind] for kind in map(bidirectional, text) if kind in _STRONG), "")
