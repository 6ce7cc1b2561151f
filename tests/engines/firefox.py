"""Firefox, spoken to in WebDriver BiDi over its own debugging port, without geckodriver."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import websocket

from tests.patience import PATIENCE_SECONDS

PREFERENCES: dict[str, object] = {
    "remote.active-protocols": 1,  # BiDi alone
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "app.update.disabledForTesting": True,
    "extensions.update.enabled": False,
    "browser.safebrowsing.update.enabled": False,
}


class Firefox:
    """One process of Firefox with a profile of its own."""

    def __init__(self) -> None:
        self._with_script = Process()
        self._without: Process | None = None

    def tab(self, *, script: bool = True) -> Tab:
        if not script and not self._without:
            self._without = Process(**{"javascript.enabled": False})
        process = self._with_script if script else self._without
        assert process
        return Tab(process)

    def close(self) -> None:
        for process in filter(None, (self._with_script, self._without)):
            process.close()


class Process:
    """A running Firefox and the one connection to it."""

    def __init__(self, **preferences: object) -> None:
        self._profile = tempfile.TemporaryDirectory()
        lines = (PREFERENCES | preferences).items()
        text = "".join(f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in lines)
        Path(self._profile.name, "user.js").write_text(text)
        command = ["firefox-esr", "--headless", "--no-remote", "--profile", self._profile.name]
        command += ["--remote-debugging-port", "0"]
        # A file, not a pipe: nobody reads on after the address, and a full pipe would stop it.
        self._log = Path(self._profile.name, "log")
        with self._log.open("w") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        self._ids = itertools.count(1)
        self._socket = websocket.create_connection(
            f"{self._address()}/session", timeout=PATIENCE_SECONDS, suppress_origin=True
        )
        self.send("session.new", capabilities={})

    def _address(self) -> str:
        while self._process.poll() is None:
            if found := re.search(r"listening on (ws://\S+)", self._log.read_text()):
                return found[1]
        raise AssertionError(f"Firefox ended: {self._log.read_text()}")

    def send(self, method: str, **params: Any) -> Any:
        """Call a method and return its result; events in between are of no interest."""
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while (answer := json.loads(self._socket.recv())).get("id") != number:
            pass
        assert answer["type"] == "success", f"{method}: {answer}"
        return answer["result"]

    def close(self) -> None:
        self._socket.close()
        self._process.terminate()
        self._process.wait(PATIENCE_SECONDS)
        self._profile.cleanup()


class Tab:
    def __init__(self, process: Process) -> None:
        self._send = process.send
        self._user = self._send("browser.createUserContext")["userContext"]
        made = self._send("browsingContext.create", type="tab", userContext=self._user)
        self._here = {"context": made["context"]}

    def open(self, url: str) -> None:
        self._send("browsingContext.navigate", **self._here, url=url, wait="complete")

    def url(self) -> str:
        tree = self._send("browsingContext.getTree", root=self._here["context"])
        return str(tree["contexts"][0]["url"])

    def back(self) -> None:
        self._send("browsingContext.traverseHistory", **self._here, delta=-1)

    def resize(self, width: int, height: int) -> None:
        size = {"width": width, "height": height}
        self._send("browsingContext.setViewport", **self._here, viewport=size)

    def run(self, function: str, *given: Any) -> Any:
        """Values go in and come back as JSON: BiDi has a notation of its own for them."""
        called = f"(given) => JSON.stringify(({function})(...JSON.parse(given)) ?? null)"
        answer = self._send(
            "script.callFunction",
            functionDeclaration=called,
            arguments=[{"type": "string", "value": json.dumps(given)}],
            target=self._here | {"sandbox": "flows"},
            awaitPromise=False,
        )
        assert answer["type"] == "success", answer
        return json.loads(answer["result"]["value"])

    def _act(self, **source: Any) -> None:
        self._send("input.performActions", **self._here, actions=[{"id": source["type"], **source}])

    def click(self, x: float, y: float) -> None:
        to = {"type": "pointerMove", "x": round(x), "y": round(y)}
        press = [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        self._act(type="pointer", actions=[to, *press])

    def type(self, text: str) -> None:
        strokes = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        self._act(type="key", actions=strokes)

    def upload(self, selector: str, *files: Path) -> None:
        css = {"type": "css", "value": selector}
        node = self._send("browsingContext.locateNodes", **self._here, locator=css)["nodes"][0]
        element = {"sharedId": node["sharedId"]}
        self._send("input.setFiles", **self._here, element=element, files=[*map(str, files)])

    def close(self) -> None:
        self._send("browsingContext.close", **self._here)
        self._send("browser.removeUserContext", userContext=self._user)
