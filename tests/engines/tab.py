"""Finding, pressing and waiting, the same for every engine: what a person sees is what counts."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

from tests.engines.driver import KEYS
from tests.patience import PATIENCE_SECONDS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.engines.driver import Driver

# What fits a selector and holds the text, if it can be seen.
FIND = """(selector, text) => [...document.querySelectorAll(selector)].filter((one) =>
  one.checkVisibility({visibilityProperty: true}) &&
  `${one.ariaLabel ?? ""} ${one.innerText ?? ""}`.replace(/\\s+/g, " ").includes(text))"""
COUNT = f"(...given) => ({FIND})(...given).length"
TEXT = f"(...given) => ({FIND})(...given)[0]?.innerText ?? ''"
# The middle of its first piece, and whether a press there would hit it.
POINT = f"""(...given) => {{
  const one = ({FIND})(...given)[0];
  if (!one) return null;
  one.scrollIntoView({{block: "center", inline: "nearest", behavior: "instant"}});
  const frame = one.getClientRects()[0] ?? one.getBoundingClientRect();
  const [x, y] = [frame.x + frame.width / 2, frame.y + frame.height / 2];
  const hit = document.elementFromPoint(x, y);
  const label = one.labels?.[0];
  return one.contains(hit) || hit?.contains(one) || label?.contains(hit) ? [x, y] : null;
}}"""
ARRIVED = """(before) => performance.timeOrigin !== before && document.readyState === "complete"
  && Boolean(document.scrollingElement)"""
WIDER = "() => document.scrollingElement.scrollWidth - innerWidth"


class Tab:
    """A tab of a playground."""

    def __init__(self, driver: Driver, base: str) -> None:
        self.driver, self.base = driver, base
        self.close, self.back, self.resize = driver.close, driver.back, driver.resize

    def open(self, path: str) -> None:
        """Go there and wait for the whole page: a busy engine says so before it is there."""
        before = self.run("() => performance.timeOrigin")
        self.driver.open(path if "://" in path else self.base + path)
        self.until(ARRIVED, before)

    def path(self) -> str:
        return self.driver.url().removeprefix(self.base)

    def run(self, function: str, *given: Any) -> Any:
        return self.driver.run(function, *given)

    def until(self, function: str, *given: Any) -> Any:
        """Call a function until it returns something true, and return that."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not (value := self._try(function, *given)):
            assert time.monotonic() < end, f"not so: {function} {given}\non {self.driver.url()}"
            time.sleep(0.05)
        return value

    def _try(self, function: str, *given: Any) -> Any:
        """A page that is just being left answers nothing."""
        try:
            return self.run(function, *given)
        except Exception as error:  # each engine has its own
            if "SyntaxError" in str(error):
                raise
            return None

    def count(self, selector: str, text: str = "") -> int:
        return int(self.run(COUNT, selector, text))

    def text(self, selector: str) -> str:
        return str(self.run(TEXT, selector, ""))

    def see(self, selector: str, text: str = "", times: int = 1) -> None:
        """Wait until so many of it, or more, are in sight."""
        self.until(f"(times, ...given) => ({COUNT})(...given) >= times", times, selector, text)

    def see_no(self, selector: str, text: str = "") -> None:
        self.until(f"(...given) => ({COUNT})(...given) === 0", selector, text)

    def click(self, selector: str, text: str = "") -> None:
        """Press what stands still: a page that scrolls or grows would be hit elsewhere."""
        point = None
        while point != (point := self.until(POINT, selector, text)):
            time.sleep(0.1)
        self.driver.click(*point)

    def fill(self, selector: str, text: str) -> None:
        """Type into a field, over what stands in it."""
        self.click(selector)
        self.until("(selector) => document.activeElement.matches(selector)", selector)
        self.run("() => document.activeElement.select()")
        self.driver.type(text)

    def press(self, key: str) -> None:
        self.driver.type(KEYS.get(key, key))

    def upload(self, selector: str, *files: Path) -> None:
        self.driver.upload(selector, *files)

    def arrive(self, pattern: str) -> str:
        """Wait until the address is one like this; returns it."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not re.fullmatch(pattern, self.path()):
            assert time.monotonic() < end, f"{self.path()} is not like {pattern}"
            time.sleep(0.05)
        return self.path()

    def wider(self) -> int:
        """How much the page is wider than the window."""
        return max(int(self.run(WIDER)), 0)
