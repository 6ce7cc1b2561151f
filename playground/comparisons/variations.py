"""What tells the columns of a comparison apart where the model does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.web.formatting import number

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from playground.runs.models.run import Run


def variations(cells: Sequence[Run]) -> dict[uuid.UUID, str]:
    """What tells the columns of one model apart: their temperature, or which repeat they are."""
    names = {}
    for run in cells:
        if run.is_sealed:  # a temperature or a number would say which model it is
            continue
        same = [one for one in cells if one.model_id == run.model_id]
        alike = [one for one in same if one.temperature == run.temperature]
        parts = (
            [f"t {number(run.temperature)}"]
            if len(alike) < len(same) and run.temperature is not None
            else []
        )
        parts += [f"no. {alike.index(run) + 1}"] if len(alike) > 1 else []
        names[run.pk] = ", ".join(parts)
    return names


def temperatures(cells: Sequence[Run]) -> str:
    """Return all temperatures of a sweep, "0, 0.5 and 1", for the run that speaks for its cells."""
    known = {run.temperature for run in cells}
    if len(known) < 2 or cells[0].is_sealed:
        return ""
    names = [number(one) for one in sorted(one for one in known if one is not None)]
    *others, last = ["default", *names] if None in known else names
    return f"{', '.join(others)} and {last}"
