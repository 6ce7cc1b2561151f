"""What has to be true of a page after every step, and what is read of it for that."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error as BrowserError

from tests.patience import PATIENCE_SECONDS

if TYPE_CHECKING:
    from playwright.sync_api import Page


def script(name: str) -> str:
    """Return a script of this folder without its first comment: it has to be an expression."""
    lines = Path(__file__).with_name(name).read_text().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("//")).strip().rstrip(";")


PATIENCE_MS = PATIENCE_SECONDS * 1000
REST, AUDIT = script("rest.js"), script("audit.js")
SPENDS = r"""() => {
  const button = document.activeElement?.closest("button, [type=submit]");
  const to = button?.getAttribute("formaction") ?? button?.form?.getAttribute("action") ?? "";
  const spends = button?.matches(".run-bar [type=submit]:not([name=edit])") ||
    /\/(retry|rerun|add)\/$/.test(to);
  return spends ? button.innerText.trim() || button.ariaLabel : "";
}"""
TICKED = (
    "() => [...document.querySelectorAll('.row-check:checked')].map((one) => one.closest('tr').id)"
)
SAID = r"""() => {
  const words = document.querySelector(".run-bar :is(.run-cost, #confirm-title)")?.innerText ?? "";
  return Number(/(\d+) runs?/.exec(words)?.[1] ?? 0);
}"""
# What stands there about a press that was lost.
WORDS = """() => [...document.querySelectorAll(".problem, [role=alert], #no-answer, #toast")]
  .map((one) => one.innerText.trim()).join(" ").trim()"""
# What a page is about, without what a person opened, typed or ticked in it.
GIST = """() => {
  const of = (selector, tell) => [...document.querySelectorAll(selector)].map(tell);
  return {
    title: document.querySelector("h1")?.innerText ?? "",
    rows: of(".row[id]", (row) => `${row.id} ${row.querySelector(".star")?.ariaPressed}`),
    cards: of(".result[id], .cell[id]",
      (one) => `${one.id} ${one.querySelector(".status")?.innerText}`).sort(),
  };
}"""


def differences(back: dict[str, Any], fresh: dict[str, Any]) -> list[str]:
    """Say what a page that was gone back to shows otherwise than a new request of its address."""
    # Further pages may have been loaded where a person read on.
    back = back | {"rows": back["rows"][: len(fresh["rows"])]}
    return [
        f"Back shows other {name} than a new request: {back[name]} and {fresh[name]}"
        for name in fresh
        if back[name] != fresh[name]
    ]


def come_to_rest(page: Page) -> str:
    """Wait until nothing is on its way, also while pages take turns; returns what still is."""
    while True:
        try:
            page.wait_for_load_state()
            return str(page.evaluate("(ms) => window.atRest?.(ms) ?? ''", PATIENCE_MS))
        except BrowserError as gone:
            if "context was destroyed" not in str(gone) and "navigat" not in str(gone):
                raise
