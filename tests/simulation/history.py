"""What happens in a history, as data: what people and operators do, and which faults there are.

A history is drawn from its seed before anything runs, so that it can be written down, made shorter
and played again.
"""

from __future__ import annotations

import json
import random
from dataclasses import asdict, dataclass, replace
from typing import Any

SPAN = 40.0  # seconds within which people act
FAULTS: dict[str, tuple[int, tuple[str, ...]]] = {  # of each site: its usual count, and what may be
    "write": (110, ("kill", "kill after", "pause", "pause", "pause", "locked", "answer lost")),
    "read": (160, ("kill", "pause", "pause", "locked")),
    "post": (5, ("kill", "kill after", "refused", "cut", "cut unaccepted", "hang")),
    "answer": (5, ("hang unaccepted", "429", "500", "502", "half", "slow", "401", "no id")),
    "poll": (30, ("kill", "cut", "hang", "429", "500", "half", "slow", "401", "404", "no id")),
    "chat": (3, ("kill", "kill after", "refused", "cut", "hang", "429", "500", "cut midway")),
    "words": (3, ("hang midway", "cut midway", "kill midway", "slow")),
    "list": (4, ("cut", "hang", "429", "500", "kill")),
    "upload": (3, ("kill", "cut", "hang", "429", "500", "half")),
    "queue": (14, ("lose", "lose", "twice", "late", "away")),
    "webhook": (4, ("lose", "twice", "late", "early", "early")),
    "disk": (9, ("kill", "kill after", "full", "away", "pause")),
}
ACTIONS = (
    *("press", "press", "press", "press", "press_again", "press_again", "retry", "rerun"),
    *("cancel", "cancel", "delete", "delete", "take_back", "check", "look_up", "link"),
    *("kill", "kill", "stop", "tidy", "charges", "turn_clock", "add_model"),
)


@dataclass(frozen=True)
class Step:
    """What somebody does at a moment. which: of the forms, runs or workers that there are then."""

    at: float
    action: str
    which: int
    how: int = 0

    def __str__(self) -> str:
        return f"{self.at:6.2f} s: {self.action} {self.which} ({self.how})"


@dataclass(frozen=True)
class Fault:
    """What goes wrong at a place, at its so many-th use. size: seconds."""

    site: str
    number: int
    what: str
    size: float

    def __str__(self) -> str:
        return f"{self.site} {self.number}: {self.what} ({self.size:g} s)"


@dataclass(frozen=True)
class History:
    seed: int
    steps: tuple[Step, ...]
    faults: tuple[Fault, ...]

    def __str__(self) -> str:
        return "\n".join(map(str, (*self.steps, *self.faults)))

    def without(self, gone: set[int]) -> History:
        """Return it without the entries of these places: steps first, then faults."""
        count = len(self.steps)
        steps = tuple(one for place, one in enumerate(self.steps) if place not in gone)
        faults = tuple(one for place, one in enumerate(self.faults, count) if place not in gone)
        return replace(self, steps=steps, faults=faults)

    @property
    def size(self) -> int:
        return len(self.steps) + len(self.faults)

    def as_json(self) -> str:
        return json.dumps(asdict(self), indent=1)

    @classmethod
    def from_json(cls, text: str) -> History:
        data: dict[str, Any] = json.loads(text)
        steps = tuple(Step(**one) for one in data["steps"])
        return cls(data["seed"], steps, tuple(Fault(**one) for one in data["faults"]))


def of_seed(seed: int) -> History:
    drawn = random.Random(seed)
    first = Step(0.0, "press", 0, drawn.randrange(64))
    steps = [first, *(_step(drawn) for _ in range(drawn.randint(3, 9)))]
    faults = {(one.site, one.number): one for one in (_fault(drawn) for _ in range(_count(drawn)))}
    return History(seed, tuple(sorted(steps, key=lambda one: one.at)), tuple(faults.values()))


def _count(drawn: random.Random) -> int:
    return drawn.choice((0, 1, 2, 3, 4, 6, 8, 12))


def _step(drawn: random.Random) -> Step:
    # Half of what people do comes soon: while the first runs are on their way.
    at = round(drawn.uniform(0, drawn.choice((3.0, SPAN))), 2)
    return Step(at, drawn.choice(ACTIONS), drawn.randrange(12), drawn.randrange(64))


def _fault(drawn: random.Random) -> Fault:
    site = drawn.choice(list(FAULTS))
    count, kinds = FAULTS[site]
    size = drawn.choice((0.01, 0.5, 2.0, 8.0, 50.0, 110.0, 320.0))
    where = {"answer": "post"}.get(site, site)
    return Fault(where, drawn.randrange(count), drawn.choice(kinds), size)
