"""Formulas with what has to be read in them: KaTeX's own list, and what models write.

`formulas.tsv` has one a line: where it is from, its LaTeX, the characters that are seen, and how
many fractions, roots and rows there are. Signs that Unicode has twice stand as one of them.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from playground.rendering import render

FILE = Path(__file__).with_name("formulas.tsv")
UNSEEN = re.compile(r"[\s\u2061-\u2064\ufe00-\ufe0f\u200b\u00ad]")
SAME = str.maketrans(dict(zip("-*|ˆ˜∥`¯ˉ˙˚", "−∗∣^~‖ˋ‾‾.∘", strict=True)))


@dataclass(frozen=True)
class Formula:
    source: str
    latex: str
    text: str
    shape: str


def formulas() -> list[Formula]:
    """Return the corpus."""
    lines = FILE.read_text(encoding="utf-8").split("\n")
    return [Formula(*line.split("\t")) for line in lines if line]


def judge(formula: Formula) -> str:
    """Return `right`, `source` or `wrong`: what an answer shows of the formula."""
    shown = render(f"$${formula.latex}$$").html
    if "<math" not in shown:
        return "source" if formula.latex in html.unescape(shown) else "wrong"
    seen = (text_of(shown), shape_of(shown))
    return "right" if seen == (formula.text, formula.shape) else "wrong"


def text_of(mathml: str) -> str:
    """Return the characters that are seen, of signs that look the same one."""
    bare = re.sub(r"<mphantom.*?</mphantom>", "", mathml, flags=re.DOTALL)
    text = html.unescape(re.sub(r"<[^>]*>", "", bare))
    return UNSEEN.sub("", unicodedata.normalize("NFKC", text)).translate(SAME)


def shape_of(mathml: str) -> str:
    """Return how many fractions, roots and rows there are."""
    counted = Counter(re.findall(r"<(mfrac|msqrt|mroot|mtr)\b", mathml))
    return " ".join(f"{name}={count}" for name, count in sorted(counted.items()))
