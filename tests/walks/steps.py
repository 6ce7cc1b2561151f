"""One step of a walk: what is done, written so that it can be done again."""

from __future__ import annotations

import io
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

from tests.walks.looks import script

if TYPE_CHECKING:
    from playwright.sync_api import ElementHandle, Page

CONTROLS = script("controls.js")
LIST = f"(fits) => ({CONTROLS})(fits).map(({{element, ...told}}) => told)"
FIND = f"""([kind, name, nth]) => ({CONTROLS})("")
  .find((one) => one.kind === kind && one.name === name && one.nth === nth)?.element"""
# Where a pointer would press it: at itself or at its label; null where something lies above both.
REACHED = """(one) => [one, ...(one.labels ?? [])].find((spot) => {
  spot.scrollIntoView({block: "center", inline: "center"});
  const box = spot.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return top && (spot.contains(top) || top.closest("label")?.control === one);
})"""


@dataclass(frozen=True)
class Control:
    """Something that can be pressed or filled: the nth of its kind and name on the page."""

    kind: str
    name: str
    nth: int
    spends: bool

    def find(self, page: Page) -> ElementHandle | None:
        return page.evaluate_handle(FIND, [self.kind, self.name, self.nth]).as_element()


@dataclass(frozen=True)
class Step:
    """kind is the name of what is done, control to what, value with what."""

    kind: str
    value: str = ""
    control: Control | None = None

    def __str__(self) -> str:
        words = [self.kind, self.value]
        if self.control:
            one = self.control
            words += [one.kind, one.name, str(one.nth), "spends" if one.spends else ""]
        return shlex.join(words)

    @classmethod
    def read(cls, line: str) -> Step:
        """Read what was printed of a step."""
        kind, value, *rest = shlex.split(line)
        control = Control(rest[0], rest[1], int(rest[2]), bool(rest[3])) if rest else None
        return cls(kind, value, control)


def controls(page: Page, fits: str = "") -> list[Control]:
    """Return what can be pressed or filled, in the order of the page."""
    return [Control(**told) for told in page.evaluate(LIST, fits)]


def do(target: ElementHandle, step: Step) -> None:
    """Do to a control what the step says; what is covered cannot be pressed, by nobody."""
    kind = step.control.kind if step.control else ""
    if kind == "image":
        target.set_input_files(
            {"name": "small.png", "mimeType": "image/png", "buffer": _picture(step.value)}
        )
    elif spot := target.evaluate_handle(REACHED).as_element():
        if kind == "choose":
            target.select_option(index=int(step.value) % len(target.query_selector_all("option")))
        elif kind == "type":
            target.fill(_fitting(target, step.value))
            if step.value.endswith("\n"):
                target.press("Enter")
        else:
            spot.click()


def _fitting(target: ElementHandle, words: str) -> str:
    is_number = target.get_attribute("type") == "number"
    return "2" if is_number else words.rstrip("\n")


def _picture(colour: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), f"#{int(colour) * 999 % 0xFFFFFF:06x}").save(made, "PNG")
    return made.getvalue()
