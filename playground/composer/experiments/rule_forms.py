"""How each kind of rule is set: a form whose fields are the options of the kind, in words."""

import dataclasses
import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from playground.experiments.rules.parse import KINDS, Rule, parse_rule
from playground.experiments.rules.reading import RuleError
from playground.providers.parameters.typed_json import read_json
from playground.rendering.boxes.readings import READINGS
from playground.rendering.json_schema import MAX_DEPTH, MAX_SCHEMA
from playground.web.formatting import number

MAX_TEXT_LENGTH = 500  # characters of a setting
SHAPES: dict[object, str] = {forms.Select: "select", forms.CheckboxInput: "checkbox"}
LABELS = {
    "ignore_case": "ignore case",
    "ignore_space": "ignore space",
    "ignore_punctuation": "ignore punctuation",
    "whole_words": "whole words",
    "pattern": "Pattern",
    "percent": "Plus or minus a value, or percent",
    "within": "How far off",
    "take": "from",
    "decimal": "decimal sign",
    "letters": "one of",
    "fields": "Fields",
    "schema": "Schema",
    "limit": "right up to",
    "of": "of",
    "iou": "overlap",
    "labels": "same labels",
    "expected_as": "expected in",
    "answer_as": "answers in",
}
WIDE = {"pattern", "fields", "schema", "letters"}
UNSEEN = {"percent", "within", "pattern", "fields", "schema"}  # labels for screen readers alone
PLACEHOLDERS = {
    "pattern": "Pattern; blank: the expected value",
    "fields": "Fields, such as total, items.price; blank: all",
    "schema": "A JSON Schema instead of the expected value",
}
FIRST = ("percent",)  # of the fields, whatever their order in the rule
WORDS = {
    "take": {"last": "last number", "first": "first number", "only": "only number"},
    "decimal": {"auto": "by itself", "point": "point", "comma": "comma"},
    "of": {"answer": "the whole answer", "number": "the number in it"},
    "expected_as": {code: one.label for code, one in READINGS.items()},
    "answer_as": {"": "what its model uses"} | {code: one.label for code, one in READINGS.items()},
}


class NamesField(forms.CharField):
    """Names with commas between them."""

    def clean(self, value: Any) -> list[str]:
        return [name.strip() for name in super().clean(value).split(",") if name.strip()]

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list | tuple) else value


class NumberField(forms.FloatField):
    """A number from 0 up, shown as it was given."""

    widget = forms.TextInput

    def prepare_value(self, value: Any) -> Any:
        return number(value) if isinstance(value, float) else value


class SchemaField(forms.CharField):
    """A JSON object, as it was typed."""

    widget = forms.Textarea(attrs={"rows": 1})

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return read_json(text, MAX_SCHEMA, MAX_DEPTH) if text else None
        except ValueError:
            raise ValidationError("The schema is no JSON. Mend it, or leave it blank.") from None

    def prepare_value(self, value: Any) -> Any:
        return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value


def _field(option: dataclasses.Field[Any]) -> forms.Field:
    """Return the field of an option, by the kind of its default."""
    name, default = option.name, option.default
    shared: dict[str, Any] = {"required": False, "initial": default, "label": LABELS[name]}
    if name == "percent":
        choices = [("False", "±"), ("True", "± %")]
        return forms.TypedChoiceField(choices=choices, coerce=lambda said: said == "True", **shared)
    if name in WORDS:
        return forms.ChoiceField(choices=list(WORDS[name].items()), **shared)
    if isinstance(default, bool):
        return forms.BooleanField(**shared)
    if isinstance(default, float):
        invalid = {"invalid": f"Give a number with a point, such as {default:g}."}
        return NumberField(min_value=0, error_messages=invalid, **shared)
    if isinstance(default, tuple):
        return NamesField(max_length=MAX_TEXT_LENGTH, **shared)
    if default is None:
        return SchemaField(max_length=MAX_SCHEMA, **shared)
    return forms.CharField(max_length=MAX_TEXT_LENGTH, **shared)


class RuleForm(forms.Form):
    """The options of one kind. Its JSON leaves out what is as it is without being said."""

    kind = ""
    use_required_attribute = False
    rule: Rule

    def clean(self) -> dict[str, Any]:
        if not self.errors:
            try:
                self.rule = parse_rule(self.options())
            except RuleError as refused:
                raise ValidationError(str(refused)) from None
        return self.cleaned_data

    def options(self) -> dict[str, Any]:
        """Return the rule as JSON has it."""
        chosen = {
            name: value
            for name, value in self.cleaned_data.items()
            if value not in (None, "", []) and value != self.fields[name].initial
        }
        return {"rule": self.kind, **chosen}

    @property
    def values(self) -> dict[str, Any]:
        return {name: self[name].value() for name in self.fields}


def _form_of(kind: str) -> type[RuleForm]:
    options = sorted(dataclasses.fields(KINDS[kind]), key=lambda one: one.name not in FIRST)
    found = {one.name: _field(one) for one in options}
    for name, field in found.items():
        text = "input input-wide" if name in WIDE else "input"
        field.widget.attrs |= {"class": SHAPES.get(type(field.widget), text)}
        field.widget.attrs |= {"placeholder": PLACEHOLDERS[name]} if name in PLACEHOLDERS else {}
    made: type[RuleForm] = type("KindForm", (RuleForm,), {"kind": kind, **found})
    return made


FORMS = {kind: _form_of(kind) for kind in KINDS}
