"""Presses Run over HTTP as a browser without script does; again where a press gets no answer."""

from __future__ import annotations

import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import requests

from tests.patience import PATIENCE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from concurrent.futures import Future

FLASH = "google/gemini-2.0-flash-001"
CSRF = "c" * 32  # the cookie and the field have to agree; who chose the value is all the same


Pressed = dict[str, "Future[str]"]  # the address of its run by the prompt


def addresses(pressed: Pressed) -> dict[str, str]:
    """Wait for the answers."""
    return {prompt: future.result(PATIENCE_SECONDS) for prompt, future in pressed.items()}


class Presser:
    """A few people who press Run at the same time, at any of the web processes."""

    def __init__(self, urls: Sequence[str], people: int = 4, model: str = FLASH) -> None:
        self._model = model
        self._urls = itertools.cycle(urls)
        self._pool = ThreadPoolExecutor(people)
        self.again = 0  # presses that got no answer and were repeated
        self._refusal = ""

    def press(self, prompts: Iterable[str]) -> Pressed:
        """Press once for each prompt, in the background."""
        return {prompt: self._pool.submit(self._until_answered, prompt) for prompt in prompts}

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)

    def _until_answered(self, prompt: str) -> str:
        """The prompt is the form's token as well: pressed again, it is the same run."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            address = self._once(next(self._urls), prompt)
            if address:
                return address
            self.again += 1
            time.sleep(0.1)
        raise TimeoutError(f"no web process took {prompt!r}: {self._refusal}")

    def _once(self, url: str, prompt: str) -> str | None:
        fields = {"prompt": prompt, "models": self._model, "form_token": prompt}
        try:
            answer = requests.post(
                f"{url}/runs/",
                data=fields | {"csrfmiddlewaretoken": CSRF},
                cookies={"csrftoken": CSRF},
                allow_redirects=False,
                timeout=PATIENCE_SECONDS,
            )
        except requests.RequestException as error:
            self._refusal = str(error)
            return None
        if answer.status_code == 303:
            return answer.headers["Location"]
        self._refusal = f"HTTP {answer.status_code}: {answer.text[:500]}"
        return None
