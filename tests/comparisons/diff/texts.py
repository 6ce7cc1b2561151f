"""Answers for the property tests: a few words that meet often, and any text at all."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st

PIECES = [
    *("cat", "Dog", "the", "is", "left", "of", "total", "naïve", "don't", "日本", "✅", "İ", "ﬁ"),
    *("41.20", "41.2", "1,204", "-5", "0", "2024-01-02", "v1.2", "٣", "①", "9" * 40),
    *(" ", "\n", "\n\n", ". ", ": ", "| a | b |\n", "|---|--:|\n", "- ", "1. ", "# ", "$x=5$"),
    *("**", "`", "```json\n", "\n```\n", "&", "&amp;", "<", ">", '"', "<mark>", "](http://a.b/c)"),
]
ANSWERS = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=30).map("".join),
    st.text(max_size=60),
)
COLUMNS = st.lists(ANSWERS, min_size=1, max_size=5)
HUGE = 300_000  # three times what is compared of a text
_PATTERNS = [
    "x",
    "x ",
    " ",
    "\n",
    "|",
    "| 1 ",
    "a. ",
    "1",
    "1,234",
    "a: 1\n",
    "total 1 ",
    "[",
    '{"a":',
    "```",
    "'",
    "b a ",
    "a b c d e f. f e d c b a. ",
    '<"',
    "<a <",
    "&",
    ".",
    "a=",
    "\n   ",
    "\n|-",
]
PATHOLOGICAL = [
    pytest.param(pattern * (HUGE // len(pattern)), id=repr(pattern)) for pattern in _PATTERNS
]
