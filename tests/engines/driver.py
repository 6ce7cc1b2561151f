"""What the flows need of a browser, and nothing more: addresses, points, keys, files, script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from pathlib import Path

# As WebDriver writes the keys that are no character.
KEYS = {
    "Enter": "\ue007",
    "Escape": "\ue00c",
    "PageDown": "\ue00f",
    "Control": "\ue009",
}


class Driver(Protocol):
    """One tab of a browser that knows nothing of earlier ones."""

    def open(self, url: str) -> None:
        """Go to an address and wait until the page has loaded."""

    def url(self) -> str: ...

    def back(self) -> None: ...

    def resize(self, width: int, height: int) -> None:
        """Make the page itself this wide and high, without the frame of the window."""

    def run(self, function: str, *given: Any) -> Any:
        """Call a function of JavaScript with values; works where a page may run no script."""

    def click(self, x: float, y: float) -> None: ...

    def type(self, text: str) -> None: ...

    def upload(self, selector: str, *files: Path) -> None: ...

    def close(self) -> None: ...


class Engine(Protocol):
    """A browser that makes tabs."""

    def tab(self, *, script: bool = True) -> Driver:
        """Return a tab with cookies and storage of its own."""

    def close(self) -> None: ...
