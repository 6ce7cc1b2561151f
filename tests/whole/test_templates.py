"""The templates are read line by line: no line is wider than a screen, one attribute a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.product import ROOT

if TYPE_CHECKING:
    from pathlib import Path

MAX_COLUMNS = 160


def too_wide(folder: Path) -> list[str]:
    return [
        f"{path.relative_to(folder)}:{number}"
        for path in sorted(folder.rglob("*.html"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > MAX_COLUMNS
    ]


def test_no_line_is_too_wide() -> None:
    assert too_wide(ROOT / "templates") == []


def test_a_line_that_is_too_wide_is_named(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(f"<p>\n{'x' * 160}\n{'x' * 161}\n</p>\n")
    assert too_wide(tmp_path) == ["page.html:3"]
