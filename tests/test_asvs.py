"""The documents on security name modules and tests that exist, so that they cannot rot unseen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PATH = re.compile(r"`((?:playground|deploy|docs|static|templates|tests)/[\w./-]+?)(?:::(\w+))?`")
DOCUMENTS = ["docs/security.md", "docs/security-decisions.md", "docs/threat-model.md"]


def named(document: str) -> list[tuple[str, str]]:
    """Return paths, and functions of tests where one is named behind `::`."""
    return PATH.findall(Path(document).read_text())


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_that_is_named_exists(document: str) -> None:
    assert not [path for path, _ in named(document) if not Path(path).exists()]


def test_the_threat_model_names_what_stands_at_each_border() -> None:
    text = Path("docs/threat-model.md").read_text()
    borders = re.findall(r"^\*\*[A-H]\..*?(?=^\*\*)", text, re.MULTILINE | re.DOTALL)
    words = ("*Can go wrong:*", "*Stands:*", "*Remains:*", "playground")
    assert [all(word in border for word in words) for border in borders] == [True] * 8
