"""The fields of the parameters in providers/parameters/listed.py, and what the form shows."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from playground.providers.parameters.kinds import Choice, Number, Object, Texts
from playground.providers.parameters.listed import PARAMETERS, SWEPT, written
from playground.submission.sweeps import values_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import QueryDict

    from playground.composer.options_form import OptionsForm
    from playground.providers.parameters.listed import Parameter
    from playground.submission.request import Options

UNSET, CUSTOM = "unset", "custom"  # what the buttons before a field post
OWN_NUMBER = "_number"  # ends the name of the field beside a choice
CONTROLS = ((Number, "slider"), (Choice, "choice"), (Texts, "lines"), (Object, "json"))


class ParameterField(forms.CharField):
    """A parameter as a person or a program writes it; blank: not sent."""

    def __init__(self, name: str) -> None:
        super().__init__(required=False, strip=False)
        self.parameter = PARAMETERS[name]

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text.strip():
            return None
        try:
            return self.parameter.kind.read(text.strip(" \t"))
        except ValueError as reason:
            raise ValidationError(self.parameter.refusal(reason)) from None


class ValuesField(forms.CharField):
    """Values of one parameter with commas between them; blank for none."""

    def __init__(self, name: str) -> None:
        super().__init__(required=False)
        self.name = name

    def clean(self, value: Any) -> tuple[Any, ...]:
        return values_in(super().clean(value), self.name)


def fields() -> dict[str, ParameterField]:
    return {name: ParameterField(name) for name in PARAMETERS}


def chosen(data: QueryDict) -> None:
    """Leave blank in what was posted what its buttons say is not sent.

    A slider always posts a number. A choice has a field of its own for a number instead.
    """
    for name in PARAMETERS:
        if data.get(f"{name}_mode") == UNSET:
            data[name] = ""
        if data.get(name) == CUSTOM:
            data[name] = data.get(f"{name}{OWN_NUMBER}", "").strip() or CUSTOM


def unset(form: OptionsForm) -> list[str]:
    """Return what is to be sent by its button and has no value."""
    posted = form.data.get
    return [
        name
        for name in PARAMETERS
        if posted(f"{name}_mode") == CUSTOM and not str(posted(name) or "").strip()
    ]


def initial_of(options: Options) -> dict[str, Any]:
    """Return what the form starts with: what is not set has no entry."""
    values = asdict(options)
    parameters = values.pop("parameters")
    return values | fields_of(parameters)


def fields_of(parameters: Mapping[str, Any]) -> dict[str, str]:
    return {name: written(parameters, name) for name in PARAMETERS if name in parameters}


def sweep_of_before(fields: Mapping[str, Any]) -> dict[str, str]:
    """Return the sweep that a page or a preset of before means by its list of temperatures."""
    listed = fields.get("temperatures")
    return {"sweep_of": "temperature", "sweep_values": listed} if listed else {}


@dataclass(frozen=True)
class ShownField:
    """One row of More parameters. control: slider, number, lines, choice or json."""

    parameter: Parameter
    value: str
    is_set: bool
    errors: list[str]
    is_swept: bool

    @property
    def control(self) -> str:
        kinds = (name for kind, name in CONTROLS if isinstance(self.parameter.kind, kind))
        return next(kinds, "number")

    @property
    def id(self) -> str:
        return self.parameter.name.replace("_", "-")

    @property
    def own_number(self) -> str | None:
        """What stands beside a choice; None where one of its names is chosen, or nothing."""
        named = self.value in getattr(self.parameter.kind, "names", ())
        return None if named or not self.is_set else self.value.replace(CUSTOM, "")

    @property
    def words(self) -> str:
        """What is set, for the folded line."""
        try:
            return self.parameter.words_for(self.parameter.kind.read(self.value))
        except ValueError:
            return self.parameter.said.replace("{}", "").strip()


def shown_fields(form: OptionsForm, swept: str) -> list[ShownField]:
    return [_shown(form, one, swept) for one in PARAMETERS.values()]


def _shown(form: OptionsForm, one: Parameter, swept: str) -> ShownField:
    value, mode = str(form[one.name].value() or ""), form.data.get(f"{one.name}_mode")
    return ShownField(
        one,
        value,
        is_set=mode == CUSTOM or (mode != UNSET and bool(value.strip())),
        errors=[str(words) for words in form.errors.get(one.name, [])] if form.is_bound else [],
        is_swept=one.name == swept,
    )


def summary(shown: list[ShownField], swept: str, repeats: Any) -> str:
    """Name what is set under More parameters; without anything, what can be."""
    words = [one.words for one in shown if one.is_set and not one.is_swept]
    words += [f"sweep over {SWEPT[swept].label.lower()}"] if swept in SWEPT else []
    words += [f"{repeats} repeats"] if str(repeats or 1) != "1" else []
    said = ", ".join(words) or "sampling, answer schema, sweep"
    return said[0].upper() + said[1:]
