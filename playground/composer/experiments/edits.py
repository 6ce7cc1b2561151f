"""What buttons inside the form do to it: add and remove a text or a rule, show what follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playground.composer.experiments.fields import MAX_TEXTS
from playground.composer.experiments.rules import RuleRows
from playground.composer.forms import fit_token
from playground.web.params import number_or_none

if TYPE_CHECKING:
    from django.http import QueryDict

# refresh: what follows from the fields is drawn anew; show: the settings of the chosen rules;
# try: what the rules say of an answer; edit: back from the question to the form.
BUTTONS = ("refresh", "add", "remove", "show", "try", "edit")
LISTS = ("models", "prompt", "system_prompt", "max_edge")
TEXTS = ("prompt", "system_prompt")


@dataclass(frozen=True)
class Edit:
    """name: of the button. value: what it is about, as `prompt` or `prompt-1`."""

    name: str
    value: str

    @property
    def added(self) -> str:
        """What was added, for the focus; empty where nothing was."""
        return self.value if self.name == "add" else ""


def edit_of(data: QueryDict) -> Edit | None:
    """Return which button was pressed; None for the one that starts."""
    return next((Edit(name, data.get(name, "")) for name in BUTTONS if name in data), None)


def edited(data: QueryDict, edit: Edit) -> tuple[dict[str, Any], RuleRows]:
    """Return the values of the form and its rules, as they are after the button."""
    values: dict[str, Any] = {name: data[name] for name in data if name not in LISTS}
    values |= {name: data.getlist(name) for name in LISTS}
    values["form_token"] = fit_token(data.get("form_token", ""))
    rules = RuleRows.posted(data).unchecked()
    what, _, place = edit.value.partition("-")
    if edit.name == "add":
        _add(values, what)
        rules = rules.with_one_more() if what == "rule" else rules
    elif edit.name == "remove":
        at = number_or_none(place)
        _remove(values, what, at)
        rules = rules.without(at) if what == "rule" else rules
    return values, rules


def _add(values: dict[str, Any], what: str) -> None:
    if what in TEXTS and len(values[what]) < MAX_TEXTS:
        values[what] = [*(values[what] or [""]), ""]


def _remove(values: dict[str, Any], what: str, place: int | None) -> None:
    if what in TEXTS:
        values[what] = [text for at, text in enumerate(values[what]) if at != place]
