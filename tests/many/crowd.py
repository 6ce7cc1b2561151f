"""Signed-in people who read, press, poll and search at the same time, each looking for strangers.

Whatever somebody presses carries their mark, and so does every page that they are shown: a page
without the reader's own mark, or with somebody else's, is a fault.
"""

from __future__ import annotations

import itertools
import json
import random
import re
import subprocess
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import requests

from tests.many.installation import ROOT
from tests.many.pressing import CSRF, FLASH
from tests.product import Session
from tests.servers.processes import until

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator, Sequence

    from tests.many.installation import Installation

ACCOUNTS = {"ACCESS": "accounts", "ALLOWED_HOSTS": "127.0.0.1", "MEMBER_RUNS_MINUTE": "0"}
ACCOUNTS |= {"MEMBER_RUNS_DAY": "0", "MEMBER_UNITS_DAY": "0", "SITE_RUNS_MINUTE": "0"}
MARK = re.compile(r"mark-[0-9]{2}-of-nobody-else")
AWAY = 503  # the database, the queue or a restarting server: the page says to send it again


def marks(count: int) -> list[str]:
    return [f"mark-{number:02}-of-nobody-else" for number in range(count)]


@dataclass
class Result:
    """statuses: of all answers. faults: each in words, and there has to be none."""

    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    pressed: dict[str, str] = field(default_factory=dict)  # address of a run by its prompt
    unanswered: int = 0  # connections that were cut


class Person:
    """One browser. `said` collects what the answers were, for all people together."""

    def __init__(
        self, urls: Sequence[str], mark: str, session: str, said: Result, count: Iterator[int]
    ) -> None:
        self._urls, self._turn = urls, itertools.count()
        self._mark, self._said = mark, said
        self._session = session
        self._browser = Session()
        self._count = count  # tells apart what was pressed
        self._last = ""

    def act(self, chance: random.Random) -> None:
        deeds = {self.poll: 4, self.read: 2, self.search: 2, self.look: 1, self.press: 1}
        chance.choices(list(deeds), list(deeds.values()))[0]()

    def read(self) -> None:
        self._page("/runs/")

    def search(self) -> None:
        self._page("/runs/", q=f"by {self._mark}")

    def look(self) -> None:
        self._page(self._last or "/")

    def poll(self) -> None:
        if self._last:
            self._page(f"{self._last}status/", whole=False)

    def press(self) -> None:
        prompt = f"{next(self._count)} by {self._mark}"
        fields = {"prompt": prompt, "models": FLASH, "form_token": prompt}
        answer = self._ask("POST", "/runs/", data=fields | {"csrfmiddlewaretoken": CSRF})
        if answer is None or answer.status_code == AWAY:
            return
        if answer.status_code != 303:
            self._fault(f"a press was answered {answer.status_code}")
            return
        self._last = self._said.pressed[prompt] = answer.headers["Location"]

    def is_answered(self) -> bool:
        """Wait until the run that was pressed last has ended."""
        until(lambda: self._status() in {"completed", "unknown", "failed"}, "an answer")
        return self._status() == "completed"

    def _status(self) -> str:
        answer = self._ask("GET", f"{self._last.rstrip('/')}.json")
        return str(answer.json()["status"]) if answer is not None and answer.ok else ""

    def _page(self, path: str, *, whole: bool = True, **query: str) -> None:
        """Get a page, which has to be the reader's; a part of one need not say whose it is."""
        answer = self._ask("GET", path, params=query)
        if answer is None or answer.status_code in {204, AWAY}:
            return
        seen = set(MARK.findall(answer.text))
        right = seen == {self._mark} or (not whole and not seen)
        if answer.status_code != 200 or not right:
            self._fault(f"{path}: {answer.status_code}, showing {sorted(seen)}")

    def _ask(self, method: str, path: str, **given: object) -> requests.Response | None:
        # Not kept by the browser: a session that an answer would set must not help the next one.
        cookies = {"csrftoken": CSRF, "sessionid": self._session}
        self._browser.cookies.clear()
        try:
            answer = self._browser.request(
                method,
                self._next_url() + path,
                cookies=cookies,
                allow_redirects=False,
                timeout=60,
                **given,  # type: ignore[arg-type]
            )
        except requests.RequestException:
            self._said.unanswered += 1
            return None
        self._said.statuses[answer.status_code] += 1
        return answer

    def _next_url(self) -> str:
        urls = tuple(self._urls)  # others may come and go
        return urls[next(self._turn) % len(urls)]

    def _fault(self, words: str) -> None:
        self._said.faults.append(f"{self._mark}: {words}")


class Crowd:
    """People of one installation, who come to its web processes in turn: to those that `urls`,
    a list that may be changed meanwhile, names.
    """

    def __init__(self, product: Installation, urls: Sequence[str], people: int = 16) -> None:
        self.said, self._urls = Result(), urls
        self._sessions = _sessions(product, marks(people))
        self._count = itertools.count(1)
        self._people = self._who_tell(self.said)

    def _who_tell(self, said: Result) -> list[Person]:
        return [
            Person(self._urls, mark, key, said, self._count) for mark, key in self._sessions.items()
        ]

    def is_served(self) -> bool:
        """Whether everybody, one after the other, gets a page that is theirs, and one an answer."""
        return self.shows_pages() and self.gives_an_answer()

    def shows_pages(self) -> bool:
        said = Result()
        people = self._who_tell(said)
        for person in people:
            person.read()
        return said.statuses == {200: len(people)} and not said.faults

    def gives_an_answer(self) -> bool:
        said = Result()
        person = self._who_tell(said)[0]
        person.press()
        return bool(said.pressed) and person.is_answered()

    def press_once(self) -> None:
        """Have one person press, and wait for no answer."""
        self._people[0].press()

    def go(self, requests_in_all: int, seed: int = 20261128) -> Result:
        """Let everybody do their share, at the same time; each presses once before all else."""
        share = requests_in_all // len(self._people)
        self._all(lambda person, chance: [person.act(chance) for _ in range(share - 1)], seed)
        return self.said

    def go_on(self, until: threading.Event, seed: int = 20261128) -> Result:
        """Let everybody act until the event is set."""

        def act(person: Person, chance: random.Random) -> None:
            while not until.is_set():
                person.act(chance)

        self._all(act, seed)
        return self.said

    def _all(self, act: Callable[[Person, random.Random], object], seed: int) -> None:
        def begin(person: Person, number: int) -> None:
            person.press()
            act(person, random.Random(seed + number))

        with ThreadPoolExecutor(len(self._people)) as threads:
            list(threads.map(begin, self._people, itertools.count()))


def _sessions(product: Installation, names: Sequence[str]) -> dict[str, str]:
    command = [product.code.python, ROOT / "tests/many/people.py", *names]
    made = subprocess.run(
        command,
        env=product.environment | {"PYTHONPATH": str(product.code.root)},
        check=True,
        capture_output=True,
        text=True,
    )
    sessions: dict[str, str] = json.loads(made.stdout)
    return sessions
