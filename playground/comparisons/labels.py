"""What columns are called: their model, and what tells it from the others.

Of the variants of an experiment and of the runs of a comparison.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playground.catalog import entries
from playground.providers.parameters.listed import PARAMETERS, SWEPT, TEMPERATURE
from playground.web.formatting import number

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from playground.runs.models.run import Run

TEXTS = {"prompt": "Prompt {}", "system_prompt": "System prompt {}"}
WORDS = TEXTS | {
    "temperature": "t {}",
    "max_tokens": "{} tokens",
    "max_edge": "{} px",
    "reasoning": "reasoning",
}


@dataclass(frozen=True)
class Label:
    """details: "Prompt 2", "t 0.5", "no. 2"; none where the model says it."""

    model: entries.Model
    details: tuple[str, ...] = ()

    @property
    def variation(self) -> str:
        return ", ".join(self.details)

    @property
    def text(self) -> str:
        return ", ".join([self.model.name, *self.details])


def labels_of(
    columns: Sequence[Any], told_by: Sequence[str] = (*WORDS, *PARAMETERS)
) -> list[Label]:
    """Return a label for each column, in their order. told_by: what is read of them."""
    parts = [_parts(part, columns) for part in told_by]
    details = [tuple(filter(None, one)) for one in zip(*parts, strict=True)]
    told = [(column.model_id, *one) for column, one in zip(columns, details, strict=True)]
    return [
        Label(entries.find(model), (*rest, *_repeat(told, place)))
        for place, (model, *rest) in enumerate(told)
    ]


def variations(cells: Sequence[Run]) -> dict[uuid.UUID, str]:
    """What tells the cells of one row apart, by run; of a blind comparison, nothing."""
    labels = labels_of(cells, tuple(SWEPT))
    return {
        run.pk: "" if run.is_sealed else label.variation
        for run, label in zip(cells, labels, strict=True)
    }


def value_of(column: Any, name: str) -> Any:
    """Return what was set of an option or of a parameter, None where it was not sent."""
    return column.parameters.get(name) if name in PARAMETERS else getattr(column, name)


def differing_in(columns: Sequence[Any]) -> list[str]:
    """Return the names of what can be swept and is not the same in all of these."""
    return [name for name in SWEPT if len(known_values(name, columns)) > 1]


def swept(cells: Sequence[Run]) -> dict[str, str]:
    """Return all values of a sweep in words, by its name, for the run that speaks for its cells:
    "temperatures 0, 0.5 and 1"."""
    if cells[0].is_sealed:
        return {}
    return {name: _all_words(cells, name) for name in differing_in(cells)}


def _all_words(cells: Sequence[Run], name: str) -> str:
    one, values = SWEPT[name], known_values(name, cells)
    if one.is_structured:
        return f"{one.label.lower()} with {len(values)} values"
    known = sorted((v for v in values if v is not None), key=lambda v: (isinstance(v, str), v))
    words = ["default"] * (None in values) + [one.kind.written(value) for value in known]
    heading = "temperatures" if one is TEMPERATURE else one.label.lower()
    return f"{heading} {', '.join(words[:-1])} and {words[-1]}"


def texts_of(columns: Sequence[Any], part: str = "prompt") -> list[str]:
    """Return the different prompts of the columns, in the order of their numbers."""
    return list(dict.fromkeys(getattr(one, part) for one in columns))


def known_values(name: str, columns: Sequence[Any]) -> list[Any]:
    """Return the different values; some of them cannot be hashed."""
    known: list[Any] = []
    for value in (value_of(one, name) for one in columns):
        known += [] if value in known else [value]
    return known


def _parts(name: str, columns: Sequence[Any]) -> list[str]:
    known = known_values(name, columns)
    values = [value_of(one, name) for one in columns]
    return [_words(name, one, known.index(one)) if len(known) > 1 else "" for one in values]


def _words(name: str, value: Any, place: int) -> str:
    parameter = PARAMETERS.get(name)
    if name in TEXTS:
        return TEXTS[name].format(place + 1)
    if parameter and parameter.is_structured:
        return f"{parameter.label} {place + 1}"
    if parameter:
        return "" if value is None else parameter.words_for(value)
    is_unset = value is None or (not value and name != TEMPERATURE.name)
    return "" if is_unset else WORDS[name].format(number(value))


def _repeat(told: Sequence[object], place: int) -> list[str]:
    """Number the columns that nothing tells apart."""
    alike = [at for at, one in enumerate(told) if one == told[place]]
    return [f"no. {alike.index(place) + 1}"] if len(alike) > 1 else []
