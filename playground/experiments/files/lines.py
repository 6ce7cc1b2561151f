"""One line a cell, with all marks: CSV for spreadsheets or exact, and JSON Lines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from playground.experiments.files.cells import markers_of, rows_of
from playground.experiments.models.mark import Source
from playground.exports import as_line, table
from playground.exports.as_json import money
from playground.providers.parameters.listed import PARAMETERS, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playground.experiments.files.cells import Cell, Marker
    from playground.experiments.models.experiment import Experiment
    from playground.experiments.models.mark import Mark
    from playground.experiments.models.test_set import Case
    from playground.exports import Manner

COLUMNS = ["case", "variant", "repeat", "images", "variables", "question", "expected", "tags"]
COLUMNS += ["case_note", "model", "label", "temperature", "max_tokens", "reasoning", "priority"]
COLUMNS += ["max_edge", "prompt", "system_prompt", "status", "answer", "seconds", "tokens_in"]
COLUMNS += ["tokens_out", "price_estimate_usd", "charged_usd", "units", "error", "run"]
COLUMNS += PARAMETERS
VERDICTS = {True: "right", False: "wrong", None: ""}


def as_csv(experiment: Experiment, manner: Manner, origin: str) -> Iterator[str]:
    """Yield a head, then a line a cell. Each rule, person and judge has three columns."""
    markers = markers_of(experiment)
    heads = [f"{one.name}: {part}" for one in markers for part in ("verdict", "score", _word(one))]
    lines = (
        [*_values(row.case, cell, origin), *_said(cell, markers)]
        for row in rows_of(experiment)
        for cell in row.cells
    )
    return table([*COLUMNS, *heads], lines, manner)


def _word(marker: Marker) -> str:
    return "read" if marker.source == Source.RULE else "note"


def _values(case: Case, cell: Cell, origin: str) -> list[Any]:
    variant, run = cell.variant, cell.run
    return [
        *(case.position + 1, variant.position + 1, cell.repeat),
        "\n".join(one.name or one.image_id for one in case.images.all()),
        json.dumps(case.variables, ensure_ascii=False) if case.variables else "",
        *(case.question, case.expected, "\n".join(case.tags), case.note),
        *(variant.model_id, cell.label.text, variant.temperature, variant.max_tokens),
        *("true" if variant.reasoning else "false", variant.priority, variant.max_edge or ""),
        *(run.prompt, run.system_prompt, run.status, run.output),
        "" if cell.seconds is None else f"{cell.seconds:.3f}",
        *(run.tokens_in, run.tokens_out, money(run.price), money(run.charged), run.units),
        ": ".join(filter(None, (run.error_kind, run.error_detail))),
        origin + run.get_absolute_url(),
        *(written(variant.parameters, name) for name in PARAMETERS),
    ]


def _said(cell: Cell, markers: list[Marker]) -> list[Any]:
    cells: list[Any] = []
    for marker in markers:
        mark = cell.marks.get(marker)
        text = (mark.read if marker.source == Source.RULE else mark.note) if mark else ""
        cells += [VERDICTS[mark.right] if mark else "", mark.score if mark else None, text]
    return cells


def as_jsonl(experiment: Experiment, origin: str) -> Iterator[str]:
    """Yield a line a cell."""
    for row in rows_of(experiment):
        case = _case(row.case)
        for cell in row.cells:
            yield as_line({"case": case, **_cell(cell, origin)})


def _case(case: Case) -> dict[str, Any]:
    return {
        "number": case.position + 1,
        "key": str(case.key),
        "images": [{"name": one.name, "id": one.image_id} for one in case.images.all()],
        "variables": case.variables,
        "question": case.question,
        "expected": case.expected,
        "tags": case.tags,
        "note": case.note,
    }


def _cell(cell: Cell, origin: str) -> dict[str, Any]:
    variant, run = cell.variant, cell.run
    options = ("temperature", "max_tokens", "reasoning", "priority", "max_edge")
    return {
        "variant": {
            "number": variant.position + 1,
            "model": variant.model_id,
            "label": cell.label.text,
            **{name: getattr(variant, name) for name in options},
            **{name: variant.parameters.get(name) for name in PARAMETERS},
        },
        "repeat": cell.repeat,
        "prompt": run.prompt,
        "system_prompt": run.system_prompt,
        "status": run.status,
        "answer": run.output,
        "seconds": cell.seconds,
        "tokens_in": run.tokens_in,
        "tokens_out": run.tokens_out,
        "price_estimate_usd": money(run.price),
        "charged_usd": money(run.charged),
        "units": run.units,
        "error": {"kind": run.error_kind, "detail": run.error_detail} if run.error_kind else None,
        "run": origin + run.get_absolute_url(),
        "marks": [_mark(marker, mark) for marker, mark in cell.marks.items()],
    }


def _mark(marker: Marker, mark: Mark) -> dict[str, Any]:
    return {
        "by": marker.name,
        "source": marker.source,
        **({"rule": mark.rule.options} if mark.rule else {}),
        "right": mark.right,
        "score": mark.score,
        "read": mark.read,
        "note": mark.note,
        "at": mark.at.isoformat(),
    }
