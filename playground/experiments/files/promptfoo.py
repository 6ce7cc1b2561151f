"""An experiment as promptfoo writes its results: version 3, one result a cell."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from playground.experiments.files.cells import rows_of
from playground.experiments.models.mark import Source
from playground.experiments.outcome import outcome_of
from playground.runs.status import RunStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playground.experiments.files.cells import Cell, Marker
    from playground.experiments.models.experiment import Experiment
    from playground.experiments.models.mark import Mark
    from playground.experiments.models.test_set import Case
    from playground.experiments.outcome import Standing

NONE, ASSERTED, FAILED = 0, 1, 2  # why a result is no success


def as_promptfoo(experiment: Experiment, origin: str) -> Iterator[str]:
    """Yield the parts of one JSON file."""
    comparison = experiment.comparison
    standings = outcome_of(experiment).standings
    created = comparison.created_at.isoformat()
    yield f'{{"evalId": {json.dumps(f"eval-{experiment.pk}")}, "results": {{"version": 3, '
    yield f'"timestamp": {json.dumps(created)}, '
    yield f'"prompts": {_text([_prompt(one) for one in standings])}, "results": ['
    counts = {"successes": 0, "failures": 0, "errors": 0}
    before = "\n"
    for row in rows_of(experiment):
        for cell in row.cells:
            counts[_counted_as(cell)] += 1
            yield before + _text(_result(row.case, cell, origin))
            before = ",\n"
    stats = {**counts, "tokenUsage": _tokens(None, None)}
    config = {"description": comparison.title}
    rest = f'"config": {_text(config)}, "shareableUrl": null'
    yield f'\n], "stats": {_text(stats)}}}, {rest}}}\n'


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _counted_as(cell: Cell) -> str:
    if cell.run.status != RunStatus.COMPLETED:
        return "errors"
    return "successes" if cell.right else "failures"


def _prompt(one: Standing) -> dict[str, Any]:
    variant = one.variant
    return {
        "raw": variant.prompt,
        "label": variant.prompt,
        "id": str(variant.position),
        "provider": variant.model_id,
        "metrics": {
            "score": one.right,
            "testPassCount": one.right,
            "testFailCount": one.n - one.right,
            "testErrorCount": one.failed,
            "assertPassCount": one.right,
            "assertFailCount": one.n - one.right,
            "totalLatencyMs": 0,
            "tokenUsage": _tokens(None, None),
            "namedScores": {},
            "namedScoresCount": {},
            "cost": float(one.cost.amount or 0),
        },
    }


def _tokens(asked: int | None, answered: int | None) -> dict[str, int]:
    known = {"prompt": asked or 0, "completion": answered or 0}
    return {"total": sum(known.values()), **known, "cached": 0, "numRequests": 1}


def _result(case: Case, cell: Cell, origin: str) -> dict[str, Any]:
    variant, run, how = cell.variant, cell.run, _counted_as(cell)
    variables = {**case.variables, **_images(case)}
    error = ": ".join(filter(None, (run.error_kind, run.error_detail))) or None
    said = _grading(cell)
    cost = run.price if run.charged is None else run.charged
    return {
        "id": str(run.pk),
        "description": case.note or None,
        "promptIdx": variant.position,
        "testIdx": case.position,
        "testCase": {"vars": variables, "assert": _asserted(case)},
        "promptId": str(variant.position),
        "provider": {"id": variant.model_id, "label": cell.label.text},
        "prompt": {"raw": run.prompt, "label": variant.prompt},
        "vars": variables,
        "response": {
            "output": run.output,
            "tokenUsage": _tokens(run.tokens_in, run.tokens_out),
        },
        "error": error,
        "failureReason": {"successes": NONE, "failures": ASSERTED}.get(how, FAILED),
        "success": how == "successes",
        "score": said["score"],
        "latencyMs": round(1000 * (cell.seconds or 0)),
        "gradingResult": said,
        "namedScores": {},
        "cost": float(cost or 0),
        "metadata": {"run": origin + run.get_absolute_url(), "tags": case.tags},
    }


def _images(case: Case) -> dict[str, str]:
    names = [f"file://images/{one.name or one.image_id}" for one in case.images.all()]
    if len(names) == 1:
        return {"image": names[0]}
    return {f"image{place}": name for place, name in enumerate(names, 1)}


def _asserted(case: Case) -> list[dict[str, str]]:
    return [{"type": "equals", "value": case.expected}] if case.expected else []


def _grading(cell: Cell) -> dict[str, Any]:
    parts = [_component(marker, mark) for marker, mark in cell.marks.items()]
    reason = next((one["reason"] for one in parts), "No mark")
    passed = bool(cell.right)
    return {"pass": passed, "score": float(passed), "reason": reason, "componentResults": parts}


def _component(marker: Marker, mark: Mark) -> dict[str, Any]:
    score = float(bool(mark.right)) if mark.score is None else mark.score
    return {
        "pass": bool(mark.right),
        "score": score,
        "reason": mark.note or (f"read {mark.read}" if mark.read else marker.name),
        "assertion": {"type": _kind(marker), "metric": marker.name},
    }


def _kind(marker: Marker) -> str:
    kinds = {Source.PERSON: "human", Source.JUDGE: "llm-rubric"}
    return kinds.get(Source(marker.source), "equals")
