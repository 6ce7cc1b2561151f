"""What a walker does next: by chance, or as a habit of people goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.walks.steps import Control, Step, controls

if TYPE_CHECKING:
    import random

    from playwright.sync_api import Page

WORDS = ("needle", "What is this?", "hay\n", "Read {{what}} aloud", "0.5", "2\n", "ملف")
ADDRESSES = ("/", "/runs/", "/models/", "/presets/", "/settings/", "/shares/", "/?example=receipt")
LOSABLE = ".run-bar [type=submit]:not([name=edit]), button.star"
WEIGHTS = {
    "press": 30,
    "tick": 16,
    "type": 12,
    "back": 14,
    "go": 7,
    "reload": 7,
    "run": 6,
    "arrive": 5,
    "forward": 4,
    "choose": 4,
    "image": 3,
    "tab": 3,
    "offline": 2,
    "restart": 0.4,
}
ON_ITS_OWN = ("back", "forward", "reload", "go", "arrive", "tab")
FOLLOWED = 0.3  # how often a walker without a habit in hand takes one up
# What people do in one go, each with a selector or a value: chance alone seldom gets there.
PICK = (("press", ".model-picker > summary"), ("tick", "[name=models]"), ("tick", "[name=models]"))
TICK = (("go", "/runs/"), ("tick", ".row-check"))
MATRIX = (("go", "/"), ("type", "#prompt"), ("image", "[data-file]"), ("image", "[data-file]"))
MATRIX += (("tick", "[name=image_mode]"), *PICK, ("run", ""), ("run", "[name=confirmed]"))
HABITS: tuple[tuple[tuple[str, str], ...], ...] = (
    (("go", "/"), ("type", "#prompt"), *PICK, ("reload", ""), ("run", "")),
    (("go", "/"), ("type", "#prompt"), *PICK, ("go", "/models/"), ("back", ""), ("run", "")),
    (("go", "/"), *PICK, ("go", "/?example=receipt"), ("back", ""), ("forward", "")),
    (*TICK, ("press", ".row-link"), ("arrive", ""), ("back", "")),
    (*TICK, ("arrive", ""), ("reload", ""), ("press", "[value=delete]")),
    (*TICK, ("tick", ".row-check"), ("press", "[value=star], [value=delete]"), ("back", "")),
    (("go", "/runs/"), ("type", "#q"), ("press", ".row-link"), ("back", "")),
    (("go", "/runs/"), ("press", ".row-link"), ("press", "button"), ("back", ""), ("forward", "")),
    (*MATRIX, ("back", ""), ("run", "")),
)


class Whims:
    """One walker's, by a seed."""

    def __init__(self, chance: random.Random) -> None:
        self._chance, self._plan = chance, list[tuple[str, str]]()

    def next(self, page: Page) -> Step:
        """Choose of what can be done here."""
        if not self._plan and self._chance.random() < FOLLOWED:
            self._plan = [*self._chance.choice(HABITS)]
        while self._plan:
            kind, of = self._plan.pop(0)
            if kind in ON_ITS_OWN:
                return Step(kind, of)
            if fitting := [one for one in controls(page, of) if one.kind == kind]:
                return self._at(self._chance.choice(fitting))
        return self._by_chance(page)

    def _by_chance(self, page: Page) -> Step:
        found, losable = controls(page), controls(page, LOSABLE)
        here = {*ON_ITS_OWN, *(one.kind for one in found)}
        here |= {"offline", "restart"} if losable else set()
        kinds = [kind for kind in WEIGHTS if kind in here]
        kind = self._chance.choices(kinds, [WEIGHTS[one] for one in kinds])[0]
        if kind in ("offline", "restart"):
            return Step(kind, control=self._chance.choice(losable))
        if kind in ON_ITS_OWN:
            return Step(kind, self._chance.choice(ADDRESSES) if kind in ("go", "tab") else "")
        return self._at(self._chance.choice([one for one in found if one.kind == kind]))

    def _at(self, control: Control) -> Step:
        word, place = self._chance.choice(WORDS), str(self._chance.randrange(9))
        values = {"type": word, "choose": place, "image": place}
        return Step("do", values.get(control.kind, ""), control)
