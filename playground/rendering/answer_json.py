"""Reads JSON in answers as models write it.

In fences with any info string, alone or between words, one value a line, with trailing commas,
single quotes, comments, unquoted names, NaN, line breaks in texts, and Python's True, False and
None. What is strict JSON is read as such, so that numbers can stay as they are written.
"""

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from markdown_it import MarkdownIt

MAX_CHARACTERS = 200_000  # of one answer that are looked at
MAX_DEPTH = 32
MAX_VALUES = 2_000
# Characters that may be tried before what was found is all: brackets in brackets that are no JSON
# would be tried again from each of them.
MAX_TRIED, LEAST_TRIED = 1_000_000, 100

# What is escaped is passed over as a pair: else each quotation mark would be looked at to the end.
_SIGN = re.compile(r'\\.|"(?:[^"\\\n]|\\.)*+"|[\[\]{}]')
_PAIRS = {"}": "{", "]": "["}
_PYTHON = re.compile(
    r"""\\.|"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+'|#[^\n]*|\b(?:True|False|None|nan|undefined)\b""",
    re.DOTALL,
)
# An escape that is no sign: half of a surrogate pair, or NUL. Neither can be stored or shown.
_ESCAPE = re.compile(
    r"\\(?:u(?:d[89ab]..\\ud[c-f]|(?P<none>d[89a-f]..|0000))|.)", re.IGNORECASE | re.DOTALL
)
_WORDS = {"True": "true", "False": "false", "None": "null", "nan": "NaN", "undefined": "null"}


def read_json(answer: str, *, as_written: bool = False) -> list[dict[str, Any] | list[Any]]:
    """Return the objects and lists of an answer, in its order.

    as_written: numbers as text, where the JSON is strict: 41.20 and integers too long for Python.
    """
    answer = without_halves(answer[:MAX_CHARACTERS])
    if "{" not in answer and "[" not in answer:
        return []
    reader = _Reader(as_written)
    whole = reader.read(answer)
    if whole is not None:
        return _containers([whole])
    fences, prose = _parts(answer)
    values = [value for fence in fences for value in reader.piece(fence)]
    return _containers(values or reader.piece(prose))[:MAX_VALUES]


def without_halves(text: str) -> str:
    """Return JSON whose texts can be stored: what is no sign is shown as one that is unknown."""
    if "\\u" not in text:
        return text
    return _ESCAPE.sub(lambda match: "\\ufffd" if match["none"] else match[0], text)


def _containers(values: list[Any]) -> list[dict[str, Any] | list[Any]]:
    return [value for value in values if isinstance(value, dict | list) and value]


def _parts(answer: str) -> tuple[list[str], str]:
    """Return the contents of the fences, and what stands around them."""
    tokens = _parser().parse(answer)
    fences = [token.content for token in tokens if token.type == "fence"]
    prose = [token.content for token in tokens if token.type == "inline"]
    return fences, "\n\n".join(prose)


@cache
def _parser() -> MarkdownIt:
    """One that knows paragraphs and fences, wherever they stand, and nothing inside of them."""
    return MarkdownIt("zero").enable("fence").disable("inline")


class _Reader:
    """Reads pieces of one answer, and stops when it has tried enough."""

    def __init__(self, as_written: bool) -> None:
        numbers = str if as_written else None
        self._strict: Callable[[str], Any] = json.JSONDecoder(
            parse_float=numbers, parse_int=numbers, parse_constant=numbers, strict=False
        ).decode
        self._left = MAX_TRIED

    def piece(self, text: str) -> list[Any]:
        """Return the values of a text that is JSON, has one in each line, or has some in it."""
        whole = self.read(text)
        if whole is not None:
            return [whole]
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) > 1 and all(line.strip().startswith(("{", "[")) for line in lines):
            values = [self.read(line.strip().rstrip(",")) for line in lines]
            if all(value is not None for value in values):
                return values
        return list(self._inside(text))

    def read(self, text: str) -> Any:
        """Return what the whole text is; None where it is no JSON, or has no end."""
        text = text.strip()
        self._left -= len(text) + LEAST_TRIED
        if not text.startswith(("{", "[")) or self._left < 0:
            return None
        try:
            return self._strict(text)
        except (ValueError, RecursionError):
            return _lenient(text)

    def _inside(self, text: str) -> Iterator[Any]:
        """Find the values between words: the outermost brackets that close and are JSON."""
        ends = _ends(text)
        after = 0
        for start in sorted(ends):
            if start < after or self._left < 0:
                continue
            value = self.read(text[start : ends[start]])
            if value is not None:
                after = ends[start]
                yield value


def _ends(text: str) -> dict[int, int]:
    """For each bracket that is closed, where its end is."""
    ends: dict[int, int] = {}
    waiting: list[tuple[str, int]] = []
    at = 0
    while match := _SIGN.search(text, at):
        sign = match[0]
        # A quotation mark between words need not begin a string: 5" by 7".
        at = match.start() + 1 if sign[0] == '"' and not waiting else match.end()
        if sign in ("{", "["):
            waiting.append((sign, match.start()))
        elif sign in _PAIRS and waiting and waiting[-1][0] == _PAIRS[sign]:
            ends[waiting.pop()[1]] = match.end()
    return ends


def _lenient(text: str) -> Any:
    import pyjson5  # for few answers

    try:
        return pyjson5.decode(text, MAX_DEPTH)
    except (pyjson5.Json5Exception, ValueError, RecursionError):
        pass
    try:
        return pyjson5.decode(_PYTHON.sub(_as_json5, text), MAX_DEPTH)
    except (pyjson5.Json5Exception, ValueError, RecursionError):
        return None


def _as_json5(match: re.Match[str]) -> str:
    if match[0].startswith("#"):
        return ""
    return _WORDS.get(match[0], match[0].replace("\n", "\\n"))
