"""What people and operators do, each time in a web process of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import OperationalError

from playground.history import deletion
from playground.images import leftovers, store
from playground.imaging import PictureRefused
from playground.runs.failures import may_ask_again
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.spending import charges, limits
from playground.spending.limits import LimitReached
from playground.submission import columns, create, repeat
from playground.submission.request import AttachedImage, RunRequest
from playground.worker import lookup, recovery, slots
from playground.worker.queue.dispatch import dispatch, dispatch_lookup

if TYPE_CHECKING:
    from tests.simulation.history import Step
    from tests.simulation.world import World

MODELS = (
    ("google/gemini-2.0-flash-001",),
    ("openai/gpt-4o",),
    ("google/gemini-2.0-flash-001", "openai/gpt-4o", "anthropic/claude-3-haiku"),
    ("any@local",),
)
REFUSED = (
    *(LimitReached, create.TokenSpentError, repeat.StillRunningError, PictureRefused),
    *(deletion.StillRunningError, OperationalError, OSError, columns.TooManyCellsError),
)


@dataclass
class People:
    """What people do, each time in a web process of its own. forms: what each form asks."""

    world: World
    pictures: list[bytes]
    forms: list[tuple[str, tuple[str, ...], list[bytes]]] = field(default_factory=list)
    deletions: list[Any] = field(default_factory=list)

    def act(self, step: Step) -> None:
        try:
            getattr(self, step.action)(step.which, step.how)
        except REFUSED:
            return  # they read why

    def _run(self, which: int) -> Run | None:
        """The run of that number, if it is there and nobody deleted it."""
        born = self.world.births()
        return Run.objects.filter(pk=born[which % len(born)]).first() if born else None

    def press(self, which: int, how: int) -> None:
        models, count = MODELS[how % 4], (how // 4) % 4 % 3
        chosen = [self.pictures[(which + place) % 3] for place in range(count)]
        self.forms.append((f"form {len(self.forms)}", models, chosen))
        number = len(self.forms) - 1
        self._press(number)
        if how >= 48:  # a double click
            self.world.in_a_web_process(lambda: self._press(number))

    def press_again(self, which: int, _how: int) -> None:
        if self.forms:
            self._press(which % len(self.forms))

    def press_what_is_gone(self) -> None:
        """A program that repeats requests whose runs were deleted for good starts nothing."""
        for number, (token, *_) in enumerate(self.forms):
            if self.world.is_gone(token):
                self._press(number)

    def _press(self, number: int) -> None:
        token, models, pictures = self.forms[number]
        try:
            images = tuple(AttachedImage(store.store(one)) for one in pictures)
            create.press(RunRequest(f"What is {token}?", models, images=images, form_token=token))
        except REFUSED:
            return

    def retry(self, which: int, _how: int) -> None:
        run = self._run(which)
        if run and run.status == "failed":
            repeat.retry(run, repeat.retry_token(run, made=run.retries.count()))

    def rerun(self, which: int, _how: int) -> None:
        run = self._run(which)
        if run and run.has_ended:
            repeat.rerun(run, repeat.rerun_token(run))

    def add_model(self, which: int, how: int) -> None:
        run = self._run(which)
        comparison = run.comparison if run else None
        if isinstance(comparison, Comparison):
            columns.add(comparison, MODELS[how % 2], f"add {how}")

    def cancel(self, which: int, _how: int) -> None:
        run = self._run(which)
        if run:
            slots.cancel(run)

    def delete(self, which: int, _how: int) -> None:
        run = self._run(which)
        if run:
            self.deletions.append(deletion.delete([run]))

    def take_back(self, which: int, _how: int) -> None:
        if self.deletions:
            deletion.take_back(self.world.visitor, self.deletions[which % len(self.deletions)])

    def check(self, which: int, _how: int) -> None:
        run = self._run(which)
        if run and may_ask_again(run) and run.ask_again():
            dispatch(run.pk)

    def look_up(self, which: int, _how: int) -> None:
        run = self._run(which)
        if run and lookup.may_look_up(run) and run.begin_lookup():
            dispatch_lookup(run.pk)

    def link(self, which: int, _how: int) -> None:
        """Somebody who knows which prediction is the run's says so, where it was offered."""
        run = self._run(which)
        if run and lookup.may_look_up(run):
            for made in self.world.provider.accepted:
                if made.run == run.pk and lookup.link(run, made.id):
                    dispatch(run.pk)

    def tidy(self, _which: int, _how: int) -> None:
        store.sweep_unused()
        leftovers.sweep()
        limits.sweep()

    def charges(self, _which: int, _how: int) -> None:
        charges.read_charges()

    def kill(self, which: int, how: int) -> None:
        worker = self.world.workers[which % len(self.world.workers)]
        worker.kill()
        self.world.replace_worker(after=(0.5, 5.0, 70.0)[how % 3])
        if how % 2:  # whoever starts the next one says that this one is dead
            recovery.release_worker(worker.name)

    def stop(self, which: int, how: int) -> None:
        self.world.workers[which % len(self.world.workers)].stopping.set()
        self.world.replace_worker(after=(0.5, 5.0, 20.0)[how % 3])

    def turn_clock(self, _which: int, how: int) -> None:
        self.world.clock.turn((-3600.0, -40.0, -3.0, 3.0, 40.0, 130.0, 3600.0)[how % 7])
