"""Tells a formula between single dollars from money, shell variables and prose.

A dollar beside an ASCII letter or digit is no mark: `US$5`, `$PATH:$HOME`. Letters of other scripts
stand beside formulas without a space.
"""

import re

# Words inside of a formula may hold one of their own.
_TEXT = r"\\(?:text\w*|[mh]box)\{(?:[^{}$\\]|\$[^{}$\\]+\$)*+\}"
DOLLARS = re.compile(
    rf"(?<![A-Za-z0-9_\\$])\$(?!\$)((?:[^$\\]|{_TEXT}|\\.){{1,10000}}+)\$", re.DOTALL
)

_WORDY = re.compile(r"[A-Za-z0-9_$]")
_ORDINAL = re.compile(r"(?:st|nd|rd|th|s|es)\b")
_LETTER = re.compile(r"[A-Za-z]|\\[a-zA-Z]+")
# A command, an exponent or an index: nothing of the kind is written in prose.
_TEX = re.compile(r"\\[a-zA-Z]{2,}|\\[,;:!]|\^|(?:\b[A-Za-z]|[)\]}])_[A-Za-z0-9{\\]")
_PAIR = re.compile(r"([^\W\d_]{2,})[\s,.;:!?'’]+(?=([^\W\d_]{2,}))")
_SENTENCE = re.compile(r"(?:[^\W\d_]{2,}[\s,;:'’]+){4}|[。；！？]")
_MONEY = re.compile(r"\d[\d.,]*\s+[^-+*/=<>×·÷±≤≥≈|)\]}\s]")
_EQUATION = re.compile(r"[=<>≤≥≈^_]")
_WORDS = re.compile(r"\\(?:text|mbox|hbox|operatorname|math)\w*\*?\s*\{[^{}]*\}")


def is_formula(match: re.Match[str], source: str) -> bool:
    """Say whether what stands between two dollars is a formula."""
    inside, after = match[1], source[match.end() : match.end() + 3]
    bare = inside.strip()
    if not bare or "\n\n" in inside or not _closes(bare, after):
        return False
    if inside != bare and (not _TEX.search(inside) or after[:1] in ("(", "{")):
        return False
    if _unbalanced(bare, "{", "}"):
        return False
    return _reads_as_formula(bare)


def _closes(inside: str, after: str) -> bool:
    if inside[0] in "({" and after[:1] == inside[0]:
        return False  # $(command)/$(command), ${NAME}:${NAME}
    if not _WORDY.match(after):
        return True
    return bool(_ORDINAL.match(after) and _LETTER.fullmatch(inside))


def _reads_as_formula(inside: str) -> bool:
    if _TEX.search(inside):
        return not _SENTENCE.search(re.sub(r"\\[a-zA-Z]+", "", _WORDS.sub("", inside)))
    if _unbalanced(inside, "([", ")]") or _is_prose(inside) or '"' in inside:
        return False
    return not _MONEY.match(inside) or bool(_EQUATION.search(inside))


def is_prose(inside: str) -> bool:
    """Whether what stands between two pairs of dollars are words: `$$ and $$` of a price range."""
    if _TEX.search(inside) or _EQUATION.search(inside):
        return False
    return inside.lstrip()[:1] in {*"),.;:!?"} or bool(_PAIR.search(inside))


def _is_prose(inside: str) -> bool:
    """Two words in a row are prose; two names in capitals may be lines of a figure: `AB, CD`."""
    pairs = (match.groups() for match in _PAIR.finditer(inside))
    return bool(re.search("[，。；：、！？]", inside)) or any(
        not (one.isupper() and other.isupper()) for one, other in pairs
    )


def _unbalanced(inside: str, opening: str, closing: str) -> bool:
    """Half-open intervals are balanced too: it is counted, not paired."""
    bare = re.sub(r"\\.", "", inside)
    return sum(map(bare.count, opening)) != sum(map(bare.count, closing))
