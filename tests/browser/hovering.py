"""A Chromium of its own that may draw pages ahead: Playwright forbids it where it drives."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import requests
import websocket

from tests.browser import chromium
from tests.patience import PATIENCE_SECONDS
from tests.servers.processes import answers, free_port, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REST_SECONDS = 5.0  # before the pointer leaves and comes again
MIDDLE = """(() => {{ const box = document.querySelector({!r}).getClientRects()[0];
  return [box.x + box.width / 2, box.y + box.height / 2]; }})()"""


class Tab:
    """The page that a person sees, and the one that is drawn ahead, behind DevTools' protocol."""

    def __init__(self, port: int) -> None:
        version = requests.get(f"http://127.0.0.1:{port}/json/version", timeout=PATIENCE_SECONDS)
        self._socket = websocket.create_connection(
            version.json()["webSocketDebuggerUrl"], timeout=PATIENCE_SECONDS, suppress_origin=True
        )
        self._number = 0
        self.page, self.ahead = "", ""  # sessions
        tab = self._call("Target.getTargets", filter=[{"type": "tab"}])["targetInfos"][0]
        found = self._call("Target.attachToTarget", targetId=tab["targetId"], flatten=True)
        attach = {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": True}
        self._call("Target.setAutoAttach", found["sessionId"], **attach)

    def _call(self, method: str, session: str = "", **given: Any) -> dict[str, Any]:
        self._number += 1
        asked = {"id": self._number, "method": method, "params": given}
        self._socket.send(json.dumps(asked | ({"sessionId": session} if session else {})))
        while (told := json.loads(self._socket.recv())).get("id") != self._number:
            self._note(told)
        result: dict[str, Any] = told.get("result", {})
        return result

    def _note(self, told: dict[str, Any]) -> None:
        if told["method"] != "Target.attachedToTarget":
            return
        target, session = told["params"]["targetInfo"], told["params"]["sessionId"]
        if target.get("subtype") == "prerender":
            self.ahead = session
        elif target["type"] == "page":
            self.page = session

    def run(self, script: str) -> Any:
        """Evaluate on the page that is seen."""
        if self.ahead and self._evaluate("document.prerendering", self.ahead) is False:
            self.page, self.ahead = self.ahead, ""
        return self._evaluate(script, self.page)

    def _evaluate(self, script: str, session: str) -> Any:
        told = self._call("Runtime.evaluate", session, expression=script, returnByValue=True)
        return told.get("result", {}).get("value")

    def close(self) -> None:
        self._socket.close()

    def open(self, url: str) -> None:
        self._call("Page.navigate", self.page, url=url)
        until(lambda: self.run("document.readyState + location.href") == f"complete{url}", url)

    def hover(self, selector: str) -> None:
        """Rest on a link until its page is drawn, again where the rules were not there yet."""
        until(lambda: self._rested(selector), "drawn ahead")

    def _rested(self, selector: str) -> bool:
        self._mouse("mouseMoved", "h1")
        self._mouse("mouseMoved", selector)
        ready = "document.prerendering && document.readyState"
        end = time.monotonic() + REST_SECONDS
        while time.monotonic() < end:
            self.run("0")  # hears of what was attached meanwhile
            if self.ahead and self._evaluate(ready, self.ahead) == "complete":
                return True
            time.sleep(0.05)
        return False

    def click(self, selector: str) -> None:
        for kind in ("mousePressed", "mouseReleased"):
            self._mouse(kind, selector, button="left", clickCount=1)

    def _mouse(self, kind: str, selector: str, **given: Any) -> None:
        x, y = self.run(MIDDLE.format(selector))
        self._call("Input.dispatchMouseEvent", self.page, type=kind, x=x, y=y, **given)


@contextmanager
def tab(folder: Path) -> Iterator[Tab]:
    port = free_port()
    words = ["--headless", "--no-sandbox", "--disable-gpu", "--window-size=1280,800", "about:blank"]
    words += [f"--remote-debugging-port={port}", f"--user-data-dir={folder}"]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        [str(chromium.find()), *words], stdout=quiet, stderr=quiet, start_new_session=True
    )
    try:
        until(lambda: answers(("127.0.0.1", port)), "Chromium listens")
        with closing(Tab(port)) as one:
            yield one
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # Debian's is a script that starts the browser
        process.wait(PATIENCE_SECONDS)
