"""What the variants of an experiment are called: their model, and what tells it from the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.catalog import entries
from playground.providers.parameters.listed import PARAMETERS
from playground.web.formatting import number

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from playground.experiments.models.experiment import Variant
    from playground.providers.parameters.listed import Parameter


@dataclass(frozen=True)
class Label:
    """details: "Prompt 2", "t 0.5"; none where the model says it."""

    model: entries.Model
    details: tuple[str, ...]

    @property
    def text(self) -> str:
        return ", ".join([self.model.name, *self.details])


def labels_of(variants: Sequence[Variant]) -> list[Label]:
    """Return a label for each variant, in their order."""
    parts = [_numbered("Prompt", variants, lambda one: one.prompt)]
    parts.append(_numbered("System prompt", variants, lambda one: one.system_prompt))
    parts.append(_values(variants, lambda one: one.temperature, "t {}"))
    parts.append(_values(variants, lambda one: one.max_tokens, "{} tokens"))
    parts.append(_values(variants, lambda one: one.max_edge or None, "{} px"))
    parts.append(_values(variants, lambda one: 1 if one.reasoning else None, "reasoning"))
    parts += [_parameters(variants, one) for one in PARAMETERS.values()]
    return [
        Label(entries.find(variant.model_id), tuple(filter(None, details)))
        for variant, details in zip(variants, zip(*parts, strict=True), strict=True)
    ]


def _parameters(variants: Sequence[Variant], one: Parameter) -> list[str]:
    values = [variant.parameters.get(one.name) for variant in variants]
    if all(value == values[0] for value in values):
        return [""] * len(variants)
    if one.is_structured:
        texts = list(dict.fromkeys(map(str, values)))
        return [f"{one.label} {texts.index(str(value)) + 1}" for value in values]
    return ["" if value is None else one.words_for(value) for value in values]


def texts_of(variants: Sequence[Variant], part: str = "prompt") -> list[str]:
    """Return the different prompts of the variants, in the order of their numbers."""
    return list(dict.fromkeys(getattr(one, part) for one in variants))


def _numbered(word: str, variants: Sequence[Variant], text: Callable[[Variant], str]) -> list[str]:
    known = list(dict.fromkeys(map(text, variants)))
    if len(known) < 2:
        return [""] * len(variants)
    return [f"{word} {known.index(text(one)) + 1}" for one in variants]


def _values(
    variants: Sequence[Variant], value: Callable[[Variant], float | None], form: str
) -> list[str]:
    found = [value(one) for one in variants]
    if len(set(found)) < 2:
        return [""] * len(variants)
    return ["" if one is None else form.format(number(one)) for one in found]
