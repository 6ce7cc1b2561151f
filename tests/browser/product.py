"""The product with data of its own, pressed like a form, for whoever needs runs in many states."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from tests.patience import PATIENCE_SECONDS
from tests.product import ROOT, Session, serve, stop

if TYPE_CHECKING:
    from tests.fakes.wavespeed import FakeWaveSpeed

PASSWORD = "four quiet words here"
FLASH, GPT = "google/gemini-2.0-flash-001", "openai/gpt-4o"
HAIKU, SONNET = "anthropic/claude-3-haiku", "anthropic/claude-3.7-sonnet"
ENDED = {"completed", "failed", "cancelled", "unknown"}


class Product:
    """A running playground; without a fake provider, the demo answers."""

    def __init__(self, fake: FakeWaveSpeed | None = None, **settings: str) -> None:
        self._folder = tempfile.TemporaryDirectory()
        given = {"WAVESPEED_BASE_PRICE": "0.002", "WAVESPEED_CONCURRENCY": "6"}
        given |= {"WAVESPEED_API_KEY": fake.key, "WAVESPEED_BASE_URL": fake.url} if fake else {}
        self._settings = given | settings
        self._server = serve(Path(self._folder.name), **self._settings)
        self.url = self._server.url
        self._session = Session()
        self._session.get(self.url, timeout=PATIENCE_SECONDS)  # for the cookie

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        stop(self._server)
        self._folder.cleanup()

    @property
    def folder(self) -> Path:
        """Where its data are."""
        return Path(self._folder.name)

    def stop(self) -> None:
        stop(self._server)

    def start(self) -> None:
        """Start it again where it was."""
        port = self.url.rpartition(":")[2]
        self._server = serve(Path(self._folder.name), **self._settings, PORT=port)

    def add_administrator(self, name: str) -> None:
        """Make an account with the password of the tests."""
        self.manage("createadmin", name, "--password-stdin", said=PASSWORD, ACCESS="accounts")

    def manage(self, *words: str, said: str = "", **settings: str) -> str:
        """Run a management command beside the server; returns what it printed."""
        given = self._settings | settings | {"DATA_DIR": self._folder.name}
        given["DJANGO_SETTINGS_MODULE"] = "playground.settings"
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(
            command, input=said, text=True, check=True, cwd=ROOT, env=os.environ | given, stdout=-1
        )
        return done.stdout

    def post(self, path: str, **fields: Any) -> str:
        """Send a form as a browser without script does; returns where it leads."""
        token = {"csrfmiddlewaretoken": self._session.cookies["csrftoken"]}
        answer = self._session.post(self.url + path, data=fields | token, timeout=PATIENCE_SECONDS)
        answer.raise_for_status()
        return str(urlsplit(answer.url).path)

    def json(self, path: str) -> Any:
        return self._server.json(path)

    def press(self, prompt: str, *models: str, **fields: Any) -> str:
        given = {"prompt": prompt, "models": models or [FLASH], "priority": "latency"}
        return self.post("/runs/", **(given | fields))

    def press_again(self, path: str) -> str:
        """Run an ended run again; returns the address of the new one."""
        return self.post(f"{path}rerun/", form_token=f"again-{path}")

    def saved(self, path: str) -> str:
        """Save the run or comparison at that address as a file; returns where the file is."""
        page = self._session.get(
            f"{self.url}{path.removesuffix('/')}.html", timeout=PATIENCE_SECONDS
        )
        file = Path(self._folder.name) / f"{path.split('/')[2]}.html"
        file.write_bytes(page.content)
        return file.as_uri()

    def share(self, path: str, **fields: Any) -> str:
        """Make a link to the run or comparison at that address; returns the link's own address."""
        sheet = self.post(f"{path}share/", **fields)
        text = self._session.get(self.url + sheet, timeout=PATIENCE_SECONDS).text
        return re.findall(r'href="(/s/[^"?]+)', text)[0]

    def ended(self, path: str, *states: str) -> str:
        """Wait until the runs at that address are in one of the states; returns the address."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not self._states(path) <= set(states or ENDED):
            if time.monotonic() > end:
                raise TimeoutError(f"{path} did not get to {states or ENDED}")
            time.sleep(0.1)
        return path

    def _states(self, path: str) -> set[str]:
        found = self._server.json(f"{path.removesuffix('/')}.json")
        return {run["status"] for run in found.get("cells", [found])}
