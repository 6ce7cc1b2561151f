"""Takes from an answer what does not belong to its words: marks around it, case, punctuation."""

from __future__ import annotations

import re
from unicodedata import category, normalize

_AROUND = (
    *(("```",) * 2, ("`", "`"), ("***", "***"), ("**", "**"), ("*", "*"), ("__", "__"), ("_", "_")),
    *(("$$", "$$"), ("$", "$"), ("\\(", "\\)"), ("\\[", "\\]"), ("\\text{", "}")),
    *(('"', '"'), ("'", "'"), ("“", "”"), ("„", "“"), ("‘", "’"), ("«", "»"), ("「", "」")),
)
_FENCED = re.compile(r"(```+|~~~+)[^\n`]*\n(.*?)\n?[ ]{0,8}\1", re.DOTALL)
_EMPHASIS = re.compile(r"(?<![\w*`])(\*{1,3}|`)(?=\S)([^*`\n]+?)(?<=\S)\1(?![\w*`])")
_STOPS = (".", "。", "｡", "।")
# Marks of direction, soft hyphens and the like: what nobody sees. Joiners belong to the word.
_UNSEEN = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_BOXED = "\\boxed{"
MAX_BOXED = 10_000
MAX_MARKS = 6  # one in another


def final(text: str) -> str:
    r"""Return what stands in the last \boxed{…}, by which many models mark their result."""
    start = text.rfind(_BOXED)
    if start < 0:
        return text
    start += len(_BOXED)
    depth = 1
    for at, sign in enumerate(text[start : start + MAX_BOXED], start):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if not depth:
            return text[start:at]
    return text


def unwrapped(text: str) -> str:
    """Return the text without emphasis, quotation marks or a full stop around it."""
    text = _UNSEEN.sub("", final(text)).strip()
    for _ in range(MAX_MARKS):
        before = text
        fenced = _FENCED.fullmatch(text)
        text = fenced[2] if fenced else text
        for opening, closing in _AROUND:
            if text.startswith(opening) and text[len(opening) :].endswith(closing):
                text = text[len(opening) : -len(closing)]
        text = text.strip()
        text = text[:-1] if text.endswith(_STOPS) else text
        if text == before:
            break
    return text


def unemphasised(text: str) -> str:
    """Return the text without emphasis inside of it: **Paris**, France is Paris, France."""
    return _EMPHASIS.sub(r"\2", text)


def folded(text: str, *, case: bool, space: bool, punctuation: bool) -> str:
    """Return the text by which two are compared: as it is seen, compatible characters alike."""
    text = normalize("NFKC", _UNSEEN.sub("", text))
    if case:
        text = text.casefold()
    if punctuation:
        text = "".join(map(_unpunctuated, text))
    return " ".join(text.split()) if space else text.strip()


def _unpunctuated(sign: str) -> str:
    kind = category(sign)
    if not kind.startswith("P"):
        return sign
    return " " if kind == "Pd" or sign == "/" else ""
