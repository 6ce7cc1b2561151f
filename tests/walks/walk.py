"""One walk: steps by a seed, a look after each, and of a fault the shortest way to it."""

from __future__ import annotations

import random
import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.patience import PATIENCE_SECONDS
from tests.walks import looks
from tests.walks.shortest import shortest
from tests.walks.steps import Step, do
from tests.walks.whims import Whims

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playwright.sync_api import Browser, Page, Response

    from tests.walks.ground import Ground

MAX_STEPS = 24
# Refusals that a page is right to get, and a connection that the walker took away.
EXPECTED = re.compile(r"status of 4\d\d|net::ERR_|Failed to fetch")


class FaultError(AssertionError):
    """Something is not as it has to be; `kind` tells one fault from another."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.kind = words.partition(":")[0]


@dataclass(frozen=True)
class Walks:
    """Walks of one width on one ground."""

    browser: Browser
    ground: Ground
    width: int
    max_steps: int = MAX_STEPS

    def by_seed(self, seed: int) -> None:
        """Walk; raises AssertionError with the seed and the shortest way that was found."""
        taken: list[Step] = []
        try:
            self._walk(seed, taken)
        except FaultError as fault:
            kind = fault.kind
            way = shortest(taken, lambda steps: self.fault_of(steps) == kind)
            lines = "\n".join(f"  {step}" for step in way)
            again = f"--seeds {seed}:{seed + 1} --width {self.width} --access {self.ground.access}"
            told = f"seed {seed}: {fault}\n{lines}\nAgain: python -m tests.walks {again}"
            raise AssertionError(f"{told}, or with these lines in a file: --way FILE") from fault

    def _walk(self, seed: int, taken: list[Step]) -> None:
        chance = random.Random(seed)
        whims = Whims(chance)
        with self.walker() as walker:
            taken.append(Step("go", chance.choice(("/", "/runs/"))))
            walker.take(taken[0])
            while len(taken) < self.max_steps:
                taken.append(whims.next(walker.page))
                walker.take(taken[-1])

    def fault_of(self, way: Sequence[Step]) -> str:
        """Go a way again; returns the kind of fault at its end, or nothing."""
        try:
            with self.walker() as walker:
                for step in way:
                    walker.take(step)
        except FaultError as fault:
            return fault.kind
        return ""

    @contextmanager
    def walker(self) -> Iterator[Walker]:
        self.ground.put_back()
        size: Any = {"width": self.width, "height": 844 if self.width < 600 else 900}
        context = self.browser.new_context(base_url=self.ground.url, viewport=size)
        context.set_default_timeout(PATIENCE_SECONDS * 1000)
        context.add_cookies(self.ground.cookies)  # type: ignore[arg-type]
        context.add_init_script(looks.REST)
        try:
            yield Walker(self.ground, context.new_page())
        finally:
            context.close()


class Walker:
    """Somebody who was never here, with one tab or two."""

    def __init__(self, ground: Ground, page: Page) -> None:
        self.ground, self.page = ground, page
        self._tabs = [self._heard(page)]
        self._wrong: list[str] = []
        self._ticked: set[str] = set()

    def take(self, step: Step) -> None:
        """Take one step and look at what came of it; raises FaultError."""
        page, runs, deleted = self.page, self.ground.runs(), self.ground.rows_deleted()
        said, ticked = (page.evaluate(look) for look in (looks.SAID, looks.TICKED))
        getattr(self, f"_{step.kind}")(step)
        self._rest()
        if step.control and step.control.kind == "tick":
            self._ticked |= set(self.page.evaluate(looks.TICKED))
        self._look_at_runs(step, said, len(self.ground.runs() - runs))
        gone = self.ground.rows_deleted() - deleted
        if step.kind == "do" and ticked and not gone <= self.ground.rows_of(ticked):
            raise FaultError(f"something else was deleted than what was ticked: {gone}, {ticked}")
        self._look(step)

    def _look_at_runs(self, step: Step, said: int, started: int) -> None:
        if step.kind == "arrive" or not started:
            return
        control = step.control
        if control is None or step.kind != "do" or not control.spends:
            raise FaultError(f"runs were started by what spends nothing: {started} by {step}")
        if control.kind == "run" and started != said:
            raise FaultError(f"the run bar said otherwise: {said} runs, and {started} were started")

    def _look(self, step: Step) -> None:
        wrong = [*self._wrong, *self.page.evaluate(looks.AUDIT)]
        if stray := set(self.page.evaluate(looks.TICKED)) - self._ticked:
            wrong.append(f"a tick stands on a row that was not ticked: {stray}")
        spends = self.page.evaluate(looks.SPENDS)
        if spends and step.kind == "do" and not (step.control and step.control.spends):
            wrong.append(f"the focus is on what spends: {spends}")
        if step.kind == "back" and not wrong:
            wrong += self._compared()
        if wrong:
            raise FaultError(wrong[0])

    def _compared(self) -> list[str]:
        fresh = self.page.context.new_page()
        fresh.goto(self.page.url)
        looks.come_to_rest(fresh)
        there = fresh.evaluate(looks.GIST)
        fresh.close()
        return looks.differences(self.page.evaluate(looks.GIST), there)

    def _rest(self) -> None:
        for _ in range(2):  # what a page does at rest may have started runs
            looks.come_to_rest(self.page)
            self.ground.come_to_rest()
        if busy := looks.come_to_rest(self.page):
            raise FaultError(f"the page did not come to rest: {busy}")

    def _do(self, step: Step) -> None:
        target = step.control and step.control.find(self.page)
        if target:
            do(target, step)

    def _back(self, _step: Step) -> None:
        self.page.go_back()
        if self.page.url == "about:blank":  # there was nothing before the walk
            self.page.go_forward()

    def _forward(self, _step: Step) -> None:
        self.page.go_forward()

    def _reload(self, _step: Step) -> None:
        self.page.reload()

    def _go(self, step: Step) -> None:
        self.page.goto(step.value)

    def _arrive(self, _step: Step) -> None:
        self.ground.press("Arrived meanwhile")

    def _tab(self, step: Step) -> None:
        """Go to the other tab; the first time it is opened."""
        if len(self._tabs) == 1:
            self._tabs.append(self._heard(self.page.context.new_page()))
            self._tabs[1].goto(step.value)
        self.page = self._tabs[1 - self._tabs.index(self.page)]
        self.page.bring_to_front()

    def _offline(self, step: Step) -> None:
        """Press without a connection; later it is there again."""
        self.page.context.set_offline(True)
        self._press_in_vain(step)
        self.page.context.set_offline(False)

    def _restart(self, step: Step) -> None:
        """Press while the server is away; later it is there again."""
        self.ground.stop()
        self._press_in_vain(step)
        self.ground.start()

    def _press_in_vain(self, step: Step) -> None:
        self._do(step)
        looks.come_to_rest(self.page)
        if not self.page.evaluate(looks.WORDS):
            self._wrong.append(f"a lost press said nothing: {step}")

    def _heard(self, page: Page) -> Page:
        """Listen to what a page complains about."""
        page.on("console", lambda m: m.type == "error" and self._note(f"console: {m.text}"))
        page.on("pageerror", lambda error: self._note(f"error in a script: {error}"))
        page.on("response", self._answered)
        page.on("dialog", lambda dialog: dialog.accept())
        return page

    def _note(self, words: str) -> None:
        if not EXPECTED.search(words):
            self._wrong.append(words)

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            asked = response.request
            self._wrong.append(f"answered {response.status}: {asked.method} {response.url}")
