"""The fields of the parameters in providers/parameters/listed.py, and what the form shows."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string

from playground.providers.parameters.kinds import MAX_DEPTH, Choice, Number, Object, Schema, Texts
from playground.providers.parameters.listed import (
    MAX_SCHEMA_LENGTH,
    PARAMETERS,
    SWEPT,
    written,
)
from playground.providers.parameters.typed_json import read_json
from playground.rendering.json_schema import schema_of
from playground.submission.sweeps import values_in
from playground.submission.sweeps import written as written_values

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from django.http import QueryDict

    from playground.composer.options_form import OptionsForm
    from playground.providers.parameters.listed import Parameter
    from playground.submission.request import Options

UNSET, CUSTOM = "unset", "custom"  # what the buttons before a field post
OWN_NUMBER = "_number"  # ends the name of the field beside a choice
AXES = (("sweep_of", "sweep_values"), ("sweep_also_of", "sweep_also_values"))
EXAMPLE = "example"  # a schema is made of it
CONTROLS: dict[type, str] = {
    Number: "slider",
    Choice: "choice",
    Texts: "lines",
    Schema: "schema",
    Object: "json",
}


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
        if data.get(f"{name}_mode") == EXAMPLE:
            data[name] = ""
            with suppress(ValueError):
                made = schema_of(_example(name, data))
                data[name], data[f"{name}_mode"] = PARAMETERS[name].kind.written(made), CUSTOM


def _example(name: str, data: QueryDict) -> Any:
    """Return the answer that somebody wants. Raises ValueError with a sentence."""
    return read_json(data.get(f"{name}_{EXAMPLE}", ""), MAX_SCHEMA_LENGTH, MAX_DEPTH)


def problems(form: OptionsForm) -> Iterator[tuple[str, str]]:
    """Give what is to be sent by its button and has no value, with the reason."""
    data: Any = form.data
    for name, one in PARAMETERS.items():
        mode = data.get(f"{name}_mode")
        if mode == CUSTOM and not str(data.get(name) or "").strip():
            yield name, one.refusal(ValueError())
        if mode == EXAMPLE:
            try:
                _example(name, data)
            except ValueError as reason:
                yield name, str(reason)


def initial_of(options: Options) -> dict[str, Any]:
    """Return what the form starts with: what is not set has no entry."""
    values = asdict(options)
    parameters = values.pop("parameters")
    return values | fields_of(parameters)


def fields_of(parameters: Mapping[str, Any]) -> dict[str, str]:
    return {name: written(parameters, name) for name in PARAMETERS if name in parameters}


def axes_in(fields: Mapping[str, Any]) -> dict[str, str]:
    """Return the values, as typed, of each parameter that a form or a preset sweeps over."""
    typed = {str(fields.get(over) or ""): str(fields.get(values) or "") for over, values in AXES}
    return {over: values for over, values in typed.items() if over in SWEPT and values}


def axes_as(axes: Iterable[tuple[str, tuple[Any, ...]]]) -> dict[str, str]:
    """Return the fields of a form that sweep over these."""
    pairs = zip(AXES, axes, strict=False)
    named = (((of, over), (its, written_values(vs, over))) for (of, its), (over, vs) in pairs)
    return dict(field for both in named for field in both)


def sweep_of_before(fields: Mapping[str, Any]) -> dict[str, str]:
    """Return the sweep that a page or a preset of before means by its list of temperatures."""
    listed = fields.get("temperatures")
    return {"sweep_of": "temperature", "sweep_values": listed} if listed else {}


@dataclass(frozen=True)
class ShownField:
    """One row of More parameters. control: slider, number, lines, choice or json."""

    parameter: Parameter
    value: str = ""
    is_set: bool = False
    errors: Sequence[str] = ()
    is_swept: bool = False
    example: str | None = None  # of a schema, where it cannot be read

    @property
    def html(self) -> str:
        """Its row. Where nothing is set it is always the same, and drawn once."""
        untouched = self == ShownField(self.parameter)
        return _untouched(self.parameter.name) if untouched else _drawn(self)

    @property
    def control(self) -> str:
        return CONTROLS.get(type(self.parameter.kind), "number")

    @property
    def said(self) -> str:
        """What is known of a schema that was typed."""
        kind = self.parameter.kind
        return kind.said(self.value) if isinstance(kind, Schema) and self.is_set else ""

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


@cache
def _untouched(name: str) -> str:
    return _drawn(ShownField(PARAMETERS[name]))


def _drawn(one: ShownField) -> str:
    return render_to_string("composer/_parameter.html", {"one": one})


def shown_fields(form: OptionsForm, swept: Collection[str]) -> list[ShownField]:
    return [shown_field(form, one, swept) for one in PARAMETERS.values()]


def shown_field(form: OptionsForm, one: Parameter, swept: Collection[str]) -> ShownField:
    value, mode = str(form[one.name].value() or ""), form.data.get(f"{one.name}_mode")
    return ShownField(
        one,
        value,
        is_set=mode == CUSTOM or (mode != UNSET and bool(value.strip())),
        errors=tuple(map(str, form.errors.get(one.name, ()))) if form.is_bound else (),
        is_swept=one.name in swept,
        example=form.data.get(f"{one.name}_{EXAMPLE}") if mode == EXAMPLE else None,
    )


def summary(shown: list[ShownField], swept: Collection[str], repeats: Any) -> str:
    """Name what is set under More parameters; without anything, what can be."""
    words = [one.words for one in shown if one.is_set and not one.is_swept]
    words += [f"sweep over {' and '.join(SWEPT[one].label.lower() for one in swept)}"] * bool(swept)
    words += [f"{repeats} repeats"] if str(repeats or 1) != "1" else []
    said = ", ".join(words) or "sampling, answer schema, sweep"
    return said[0].upper() + said[1:]
