"""What tells the columns of a comparison apart where the model does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.providers.parameters.listed import SWEPT, TEMPERATURE
from playground.web.formatting import number

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from playground.exports.redaction import ShownRun
    from playground.runs.models.run import Run


def value_of(run: Run | ShownRun, name: str) -> Any:
    """Return what was set of temperature or of a parameter, None where it was not sent."""
    return run.temperature if name == TEMPERATURE.name else run.parameters.get(name)


def differing_in(cells: Sequence[Run]) -> list[str]:
    """Return the names of what is not the same in all of these."""
    return [
        name
        for name in SWEPT
        if any(value_of(run, name) != value_of(cells[0], name) for run in cells)
    ]


def variations(cells: Sequence[Run]) -> dict[uuid.UUID, str]:
    """What tells the columns of one model apart: what was swept, or which repeat they are."""
    names = {}
    for run in cells:
        if run.is_sealed:  # a temperature or a number would say which model it is
            continue
        same = [one for one in cells if one.model_id == run.model_id]
        swept = differing_in(same)
        alike = [one for one in same if not differing_in([run, one])]
        parts = [_column_words(run, name) for name in swept if value_of(run, name) is not None]
        parts += [f"no. {alike.index(run) + 1}"] if len(alike) > 1 else []
        names[run.pk] = ", ".join(parts)
    return names


def _column_words(run: Run, name: str) -> str:
    if name == TEMPERATURE.name:
        return f"t {number(value_of(run, name))}"
    return SWEPT[name].words_for(value_of(run, name))


def swept(cells: Sequence[Run]) -> dict[str, str]:
    """Return all values of a sweep in words, by its name, for the run that speaks for its cells:
    "temperatures 0, 0.5 and 1"."""
    if cells[0].is_sealed:
        return {}
    return {name: _all_words(cells, name) for name in differing_in(cells)}


def _all_words(cells: Sequence[Run], name: str) -> str:
    one, values = SWEPT[name], []
    for run in cells:
        values += [] if value_of(run, name) in values else [value_of(run, name)]
    if one.is_structured:
        return f"{one.label.lower()} with {len(values)} values"
    known = sorted((v for v in values if v is not None), key=lambda v: (isinstance(v, str), v))
    words = ["default"] * (None in values) + [one.kind.written(value) for value in known]
    heading = "temperatures" if one is TEMPERATURE else one.label.lower()
    return f"{heading} {', '.join(words[:-1])} and {words[-1]}"
