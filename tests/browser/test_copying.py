"""What gets into the clipboard: the whole answer as it came, or what was selected, fit to paste."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.conftest import FLASH, GPT

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.fakes.wavespeed import FakeWaveSpeed

ANSWER = """## Found

- one **bold** [link](https://example.org/)
- two $x^2$

```python
print("hi")
```

| a | b |
|---|---|
| 1 | 2 |
"""
TEXT = "navigator.clipboard.readText()"
HTML = (
    """navigator.clipboard.read().then(([one]) => one.getType("text/html")).then((b) => b.text())"""
)
SELECT = """(node) => getSelection().selectAllChildren(node)"""


def asked(page: Page, *models: str, **options: str) -> None:
    fields = [*(f"model={one}" for one in models), *(f"{k}={v}" for k, v in options.items())]
    page.goto(f"/?prompt=Copy&{'&'.join(fields)}")
    page.click(".run-bar [type=submit]")
    expect(page.locator(".result .status-completed")).to_have_count(len(models))


def copied(page: Page) -> str:
    expect(page.locator("#toast")).to_have_text("Copied")
    return str(page.evaluate(TEXT))


@pytest.mark.parametrize("answer", [ANSWER, "word " * 25_000 + "end"], ids=["marks", "long"])
def test_copy_gives_the_answer_as_it_came(page: Page, upstream: FakeWaveSpeed, answer: str) -> None:
    upstream.configure(answer=lambda _: answer)
    asked(page, FLASH)
    page.click("[data-copy-answer]")
    assert copied(page) == answer


def test_an_answer_without_a_name_is_copied_as_it_came(page: Page, upstream: FakeWaveSpeed) -> None:
    upstream.configure(answer=lambda _: ANSWER)
    asked(page, FLASH, GPT, blind="1")
    page.click("[data-copy-answer] >> nth=0")
    assert copied(page) == ANSWER


def test_the_raw_view_copies_all_of_it(page: Page, upstream: FakeWaveSpeed) -> None:
    long = "word " * 50_000 + "end"
    upstream.configure(answer=lambda _: long)
    asked(page, FLASH)
    page.click(".result-footer a:has-text('Open')")
    page.click("label:has-text('Raw')")
    page.click(".view-raw [data-copy-answer]")
    assert copied(page) == long


def test_what_is_selected_pastes_as_markdown_and_as_plain_html(
    page: Page, upstream: FakeWaveSpeed
) -> None:
    upstream.configure(answer=lambda _: ANSWER)
    asked(page, FLASH)
    page.locator(".prose").evaluate(SELECT)
    page.keyboard.press("Control+c")
    text, html = page.evaluate(TEXT), page.evaluate(HTML)
    for line in ("# Found", "- one **bold** [link](https://example.org/)", "- two x^{2}"):
        assert line in text.splitlines()
    assert '```\nprint("hi")\n```' in text
    assert "| 1 | 2 |" in text
    assert ("<li>one <strong>" in html, "class=" in html, "<button" in html) == (True, False, False)
