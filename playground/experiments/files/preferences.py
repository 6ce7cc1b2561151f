"""Pairs of answers to one question, the right one chosen: what preference training reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.experiments.files.cells import rows_of
from playground.exports import as_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playground.experiments.files.cells import Cell, Row
    from playground.experiments.models.experiment import Experiment


def as_preferences(experiment: Experiment) -> Iterator[str]:
    """Yield a line for each right and wrong answer of two variants that were asked the same.

    Repeats are left out: the first answer of each variant counts.
    """
    for row in rows_of(experiment):
        first = [one for one in row.cells if one.repeat == 1 and one.run.output.strip()]
        for chosen in first:
            for rejected in first:
                if chosen.right and rejected.right is False and _asked(chosen) == _asked(rejected):
                    yield as_line(_pair(row, chosen, rejected))


def _asked(cell: Cell) -> tuple[str, str]:
    return cell.run.prompt, cell.run.system_prompt


def _pair(row: Row, chosen: Cell, rejected: Cell) -> dict[str, Any]:
    return {
        "prompt": chosen.run.prompt,
        "system_prompt": chosen.run.system_prompt,
        "images": [one.name or one.image_id for one in row.case.images.all()],
        "chosen": chosen.run.output,
        "rejected": rejected.run.output,
        "chosen_model": chosen.run.model_id,
        "rejected_model": rejected.run.model_id,
        "case": row.case.position + 1,
    }
