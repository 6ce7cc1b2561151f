"""People with browsers, for a benchmark: they open pages, press Run and ask as the page asks."""

from __future__ import annotations

import re
import threading
import time
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import requests

from playground.catalog import entries
from tests.many.pressing import CSRF

if TYPE_CHECKING:
    from collections.abc import Callable

MODELS = tuple(model.id for model in entries.models()[:3])
POLL = re.compile(r'hx-get="([^"]*)" hx-trigger="load, every (\d+)(ms|s)"')


class Person:
    """Somebody with a browser: opens pages, presses Run for three models, waits for the answers."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked = 0  # polls
        self._session = requests.Session()
        self._session.cookies.set("csrftoken", CSRF)

    def open(self, path: str) -> str:
        answer = self._session.get(urljoin(self.url, path), timeout=60)
        answer.raise_for_status()
        return answer.text

    def press(self, prompt: str, picture: bytes | None = None) -> str:
        """Returns the address of the comparison."""
        fields = {"prompt": prompt, "models": MODELS, "form_token": prompt}
        files = {"images": ("photo.jpg", picture, "image/jpeg")} if picture else None
        answer = self._session.post(
            f"{self.url}/runs/",
            data=fields | {"csrfmiddlewaretoken": CSRF},
            files=files,
            allow_redirects=False,
            timeout=60,
        )
        if answer.status_code != 303:
            raise RuntimeError(f"HTTP {answer.status_code}: {answer.text[:300]}")
        return answer.headers["Location"]

    def wait(self, path: str, until: float = float("inf")) -> None:
        """Ask as the page does, until nothing waits any more or the clock says so."""
        text = self.open(path)
        while (found := POLL.search(text)) and time.monotonic() < until:
            every = float(found[2]) / (1000 if found[3] == "ms" else 1)
            began = time.monotonic()
            answer = self._session.get(self.url + found[1].replace("&amp;", "&"), timeout=60)
            self.asked += 1
            text = text if answer.status_code == 204 else answer.text
            time.sleep(max(0.0, every - (time.monotonic() - began) % every))


def together(count: int, act: Callable[[int], object]) -> None:
    """Do it in so many threads, and wait for all of them."""
    threads = [threading.Thread(target=act, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
