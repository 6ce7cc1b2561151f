"""What every form draws the same way: what is wrong with a field, options, steps of a slider."""

from collections.abc import Iterable, Sequence
from math import isfinite
from typing import Any, cast

from django import template
from django.forms import BoundField
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from playground.templatetags.playground import icon

register = template.Library()
Choices = Iterable[tuple[object, object]]


@register.simple_tag
def field_error(errors: Sequence[str], id: str, *, alert: bool = False) -> SafeString:  # noqa: A002
    """What is wrong with a field; nothing where nothing is.

    id: of the paragraph, which the field names. alert: whether it is read aloud as it comes.
    """
    if not errors:
        return SafeString("")
    return format_html(
        '<p class="field-error" id="{}"{}>{}<span>{}</span></p>',
        id,
        SafeString(' role="alert"') if alert else "",
        icon("circle-alert"),
        format_html_join(SafeString("<br>"), "{}", ((one,) for one in errors)),
    )


@register.simple_tag
def options(choices: Choices, chosen: object) -> SafeString:
    """The options of a list to choose from: values with their labels."""
    drawn = []
    for value, label in choices:
        mark = " selected" if value == chosen else ""
        drawn.append(f'<option value="{escape(value)}"{mark}>{escape(label)}</option>')
    return mark_safe("\n".join(drawn))  # noqa: S308 - escaped


@register.simple_tag
def radios(field: BoundField, chosen: object, choices: Choices = ()) -> SafeString:
    """The values of a field beside each other, the first where none of them is chosen.

    choices: those that are shown, if not all.
    """
    shown = list(choices or cast("Any", field.field).choices)
    values = [value for value, _ in shown]
    chosen = chosen if chosen in values else values[0]
    return format_html_join(
        "\n",
        '<label><input type="radio" name="{}" value="{}"{}>{}</label>',
        (
            (field.html_name, value, mark_safe(" checked") if value == chosen else "", label)
            for value, label in shown
        ),
    )


@register.filter
def slider_step(value: object, parts: int = 10) -> str:
    """How finely a slider moves: a browser would round what lies between its steps.

    parts: steps from 0 to 1.
    """
    step = f"{1 / parts:g}"
    try:
        steps = float(str(value)) * parts
    except ValueError:
        return step
    return step if isfinite(steps) and abs(steps - round(steps)) < 1e-9 else "any"
