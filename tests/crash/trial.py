"""Runs the product while its processes are killed, and counts what became of every run.

The fake's own list of accepted submissions is what is believed about submissions.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.crash.steps import STEPS
from tests.many.installation import Installation, Web
from tests.many.pressing import Pressed, Presser, addresses
from tests.many.rows import Row, all_ended, read
from tests.many.sockets import children
from tests.servers.processes import answers, free_port, until

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.fakes.wavespeed import FakeWaveSpeed

WORKER, WEB = "a worker at a random moment", "a web process at a random moment"
SETTLED = {"completed", "unknown"}
IN_NO_HURRY = 0.3  # seconds that the fake takes to answer: longer than steps.IN_THE_AIR


@dataclass
class Outcome:
    """What a trial showed. Every list names prompts, and has to be empty."""

    lost: list[str] = field(default_factory=list)
    sent_twice: list[str] = field(default_factory=list)
    wrongly_unknown: list[str] = field(default_factory=list)
    without_answer: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)  # pressed again, and it was another run
    states: Counter[str] = field(default_factory=Counter)
    killed: Counter[str] = field(default_factory=Counter)
    pressed_again: int = 0
    seconds: float = 0.0

    @property
    def faults(self) -> dict[str, list[str]]:
        named = ("lost", "sent_twice", "wrongly_unknown", "without_answer", "doubled")
        return {name: getattr(self, name) for name in named if getattr(self, name)}


def unhurried(fake: FakeWaveSpeed) -> None:
    """Let submissions and polls be in the air for a while: counted at once, answered later."""

    def slow(answer: Callable[..., Any]) -> Callable[..., Any]:
        def answered_later(*args: Any) -> Any:
            given = answer(*args)
            time.sleep(IN_NO_HURRY)
            return given

        return answered_later

    account: Any = fake.account
    account.submit, account.poll = slow(account.submit), slow(account.poll)


def plan(kills: int, seed: int) -> list[str]:
    """Every named step in turn, and a worker and a web process at random, in any order."""
    every = [*STEPS, WORKER, WEB]
    chosen = [every[n % len(every)] for n in range(kills)]
    random.Random(seed).shuffle(chosen)
    return chosen


class Trial:
    """One installation, its fake, and how many workers and web processes it has."""

    def __init__(
        self, folder: Path, fake: FakeWaveSpeed, storage: dict[str, str], *, workers: int, seed: int
    ) -> None:
        unhurried(fake)
        self.fake, self.workers, self.chance = fake, workers, random.Random(seed)
        self.flags = folder / "flags"
        self.flags.mkdir()
        mine = {"DJANGO_SETTINGS_MODULE": "tests.crash.settings", "CRASH_FLAGS": str(self.flags)}
        self.product = Installation(folder, fake, **storage, **mine)
        self.deaths: dict[int, float] = {}

    def run(self, runs: int, kills: list[str]) -> Outcome:
        started, outcome = time.monotonic(), Outcome(killed=Counter(kills))
        prompts = [f"Run {n}: what is this?" for n in range(runs)]
        with self.product:
            self._start()
            with closing(Presser([self.web.url])) as presser:
                pressed: Pressed = {}
                for step, batch in zip(kills, _batches(prompts, len(kills)), strict=True):
                    pressed |= self._kill(step, lambda some=batch: presser.press(some))
                first = addresses(pressed)
                with suppress(TimeoutError):  # then the rows tell what is lost
                    until(self._all_ended, "every run has ended")
                outcome.seconds = time.monotonic() - started
                again = addresses(presser.press(prompts))
            self._judge(outcome, prompts, read(self.product.database_url))
        outcome.pressed_again = presser.again
        outcome.doubled = [prompt for prompt in prompts if first[prompt] != again[prompt]]
        return outcome

    def _start(self) -> None:
        self.web = self.product.start_web()
        self.alive = [self.product.start_worker() for _ in range(self.workers)]

    def _all_ended(self) -> bool:
        time.sleep(0.2)
        return all_ended(self.product.database_url)

    def _kill(self, step: str, press: Callable[[], Pressed]) -> Pressed:
        """Press, kill there, and start a new process in the place of the dead one."""
        if step in STEPS:
            (self.flags / step).touch()
        pressed = press()
        if step not in STEPS:
            time.sleep(self.chance.uniform(0.0, 0.1 if step == WEB else 0.7))  # presses are quick
        if step == WEB:
            self._kill_web()
        else:
            self._replace(self._dead() if step in STEPS else self._shot())
        return pressed

    def _kill_web(self) -> None:
        os.killpg(self.web.process.pid, signal.SIGKILL)  # gunicorn and its child
        self.web.process.wait()
        self.web = self.product.start_web(self.web.port)

    def _dead(self) -> int:
        until(lambda: any(one.poll() is not None for one in self.alive), "the worker is dead")
        return next(place for place, one in enumerate(self.alive) if one.poll() is not None)

    def _shot(self) -> int:
        place = self.chance.randrange(len(self.alive))
        self.alive[place].kill()
        self.alive[place].wait()
        return place

    def _replace(self, place: int) -> None:
        """Every second time with who died."""
        dead: subprocess.Popen[bytes] = self.alive[place]
        if dead.returncode != -signal.SIGKILL:
            raise RuntimeError(f"a worker ended by itself; see {self.product.log}")
        self.deaths[dead.pid] = time.time()
        options = ("--instead-of", str(dead.pid)) if len(self.deaths) % 2 else ()
        self.alive[place] = self.product.start_worker(*options)

    def _judge(self, outcome: Outcome, prompts: list[str], rows: list[Row]) -> None:
        settled = {row.prompt for row in rows if row.status in SETTLED}
        sent = Counter(made.body["prompt"] for made in self.fake.submissions)
        outcome.states = Counter(row.status for row in rows)
        outcome.lost = sorted(set(prompts) - settled)
        outcome.sent_twice = sorted(prompt for prompt, count in sent.items() if count > 1)
        completed = [row for row in rows if row.status == "completed"]
        outcome.without_answer = [
            row.prompt for row in completed if row.prompt not in row.output or not sent[row.prompt]
        ]
        unknown = [row for row in rows if row.status == "unknown"]
        outcome.wrongly_unknown = [row.prompt for row in unknown if not self._was_in_the_air(row)]

    def _was_in_the_air(self, row: Row) -> bool:
        """Its worker was killed after it began to send, and before the run was called unknown."""
        death = self.deaths.get(row.worker_pid)
        if not death or not row.submit_started_at or not row.finished_at:
            return False
        return row.submit_started_at.timestamp() <= death <= row.finished_at.timestamp()


class OneProcessTrial(Trial):
    """A playground as `make run` starts it: what is killed serves pages and carries runs."""

    def _start(self) -> None:
        self.web = self._serve(free_port())

    def _serve(self, port: int) -> Web:
        web = Web(self.product.start("manage.py", "serve", PORT=str(port)), port)
        until(lambda: answers(("127.0.0.1", port)), "the playground listens")
        return web

    def _kill(self, step: str, press: Callable[[], Pressed]) -> Pressed:
        until(lambda: children(self.web.process.pid), "its process is there")
        (process,) = children(self.web.process.pid)
        if step in STEPS:
            (self.flags / step).touch()
        pressed = press()
        if step not in STEPS:
            time.sleep(self.chance.uniform(0.0, 0.7))
            os.kill(process, signal.SIGKILL)
        until(lambda: process not in children(self.web.process.pid), "it is dead")
        self.deaths[process] = time.time()
        if step == WEB:
            self._kill_web()
        return pressed

    def _kill_web(self) -> None:
        """Kill gunicorn's arbiter and the process that it has started meanwhile."""
        self.deaths |= dict.fromkeys(children(self.web.process.pid), time.time())
        os.killpg(self.web.process.pid, signal.SIGKILL)
        self.web.process.wait()
        self.web = self._serve(self.web.port)


def _batches(prompts: list[str], count: int) -> Iterator[list[str]]:
    for place in range(count):
        yield prompts[place::count]
