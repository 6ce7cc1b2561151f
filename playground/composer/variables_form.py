"""The composer's form: a press of Run, after the variables of the prompts were filled in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playground.composer.forms import MAX_PROMPT_LENGTH, PromptField, RunForm
from playground.composer.variables import MAX_VARIABLES, fill, filled_length, names_in
from playground.web.params import PREFIX

NOTHING = "Nothing was sent."
PROMPTS = ("prompt", "system_prompt")


@dataclass(frozen=True)
class Variable:
    """One field of the composer. errors: none where the values were not asked for."""

    name: str
    value: str
    errors: list[str]


def variables_of(form: RunForm) -> list[Variable]:
    """Return the fields to show for what stands in the prompts, checked or not."""
    errors = form.errors if isinstance(form, ComposerForm) and form.is_bound else {}
    return [
        Variable(
            name,
            form.data.get(PREFIX + name, ""),
            [str(words) for words in errors.get(PREFIX + name, [])],
        )
        for name in _names(form)[:MAX_VARIABLES]
    ]


def _names(form: RunForm) -> list[str]:
    if form["as_text"].value() not in (None, False, "", "0", "false"):
        return []
    return names_in(*(str(form[name].value() or "") for name in PROMPTS))


class ComposerForm(RunForm):
    """Asks for each variable of the prompts. What a valid form asks holds the values alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._names = _names(self)
        for name in self._names[:MAX_VARIABLES]:
            self.fields[PREFIX + name] = PromptField(f"value for {name}", required=True)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if len(self._names) > MAX_VARIABLES:
            words = f"The prompts have {len(self._names)} variables. Use {MAX_VARIABLES} at most"
            self.add_error("prompt", f"{words}, or send the braces as they are. {NOTHING}")
        values = {name: data[PREFIX + name] for name in self._names if data.get(PREFIX + name)}
        for name in PROMPTS:
            text = data.get(name, "")
            length = filled_length(text, values)
            if length <= MAX_PROMPT_LENGTH:
                data[name] = fill(text, values)
            elif name not in self.errors:
                words = f"With its values the text has {length:,} characters."
                self.add_error(name, f"{words} Shorten it to {MAX_PROMPT_LENGTH:,} at most.")
        return data
