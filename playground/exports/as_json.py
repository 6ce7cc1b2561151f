"""JSON, for programs: values of the types of playground/exports/published.py."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, cast

from playground.evidence.matching.trace import trace
from playground.evidence.traced import ALONE
from playground.exports.published import FORMAT
from playground.providers.parameters.listed import PARAMETERS
from playground.runs.speed import tokens_per_second
from playground.submission.option_fields import FIXED

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from decimal import Decimal

    from playground.evidence.matching.trace import Item
    from playground.exports import published, published_comparisons, published_evidence
    from playground.exports.redaction import ShownComparison, ShownImage, ShownRun, ShownVote
    from playground.exports.redaction.exchange import ShownTurn
    from playground.exports.redaction.notes import ShownNote
    from playground.exports.redaction.received import ShownReceived


def as_text(value: Any) -> str:
    """Return JSON for people too: indented, in the letters it was written in."""
    return _written(value, indent=2)


def as_line(value: Any) -> str:
    return _LINE_ENDS.sub(lambda end: f"\\u{ord(end[0]):04x}", _written(value, indent=None))


# Where some programs end a line, though JSON lets them stand in a text.
_LINE_ENDS = re.compile("[\x85\u2028\u2029]")


def _written(value: Any, indent: int | None) -> str:
    # The answer may hold half of a surrogate pair; UTF-8 cannot carry it, an escape can.
    text = json.dumps(value, indent=indent, ensure_ascii=False) + "\n"
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, indent=indent) + "\n"
    return text


def address_of(image: ShownImage) -> str:
    """Where a picture is found, for a text that lies anywhere."""
    return image.picture


def run_as_json(run: ShownRun, where: Callable[[ShownImage], str] = address_of) -> published.Run:
    """Return the run as plain values. `request` and `response` are what was on the wire.

    where: what a picture is called beside the text; blank: it is gone.
    """
    return {
        "format": FORMAT,
        "kind": "run",
        "url": run.url,
        "hidden": _hidden(run),
        "id": run.id or None,
        "comparison": run.comparison_id or None,
        "retry_of": run.retry_of_id or None,
        "rerun_of": run.rerun_of_id or None,
        "follows": run.follows_id or None,
        "prediction_id": run.prediction_id or None,
        "provider": run.provider,
        "model": run.model_id,
        "prompt": run.prompt,
        "system_prompt": None if "system_prompt" in run.hidden else run.system_prompt,
        "exchange": [_turn(turn) for turn in run.exchange],
        "images": [_image(image, where) for image in run.images],
        "images_left_out": run.images_left_out,
        "options": _options(run),
        "status": cast("published.Status", run.status),
        **_outcome(run),
        "units": run.units,
        "price_estimate_usd": money(run.price),
        "charged_usd": money(run.charged),
        "tokens": {"in": run.tokens_in, "out": run.tokens_out},
        "image_tokens": run.image_tokens,
        "times": _times(run),
        "inference_ms": run.inference_ms,
        "first_token_ms": run.first_token_ms,
        "tokens_per_second": tokens_per_second(run),
        "request": run.request,
        "response": run.response,
        "received": _received(run.received),
        **_around(run),
    }


def _turn(turn: ShownTurn) -> published.Turn:
    """What was asked before, and what the model answered; null where a link leaves it out."""
    return {
        "run": turn.run or None,
        "question": turn.question,
        "answer": None if turn.withheld else turn.answer,
    }


def _hidden(shown: ShownRun | ShownComparison) -> list[published.Hideable]:
    return cast("list[published.Hideable]", list(shown.hidden))


def _around(shown: ShownRun | ShownComparison) -> published.Around:
    """The project, and what people wrote; null where a link does not show it."""
    project, notes = shown.project, shown.notes
    return {
        "project": {"id": project.id, "name": project.name} if project else None,
        "notes": None if notes is None else [note_as_json(one) for one in notes],
    }


def note_as_json(note: ShownNote) -> published.Note:
    return {
        "id": note.id or None,
        "by": note.by or None,
        "text": note.text,
        "written_at": note.written_at.isoformat(),
        "edited_at": _time(note.edited_at),
    }


def _options(run: ShownRun) -> published.RunOptions:
    values = {name: getattr(run, name) for name in FIXED} | {"max_edge": run.max_edge or None}
    return values | {name: run.parameters.get(name) for name in PARAMETERS}


def _received(received: ShownReceived | None) -> published.Received | None:
    """What came byte for byte: as text, or as base64 where it is not UTF-8."""
    if not received:
        return None
    text = received.text
    return {
        "bytes": received.size,
        "kept": received.kept,
        "withheld": received.withheld,
        "text": None if received.left_out else text,
        "base64": received.in_letters if text is None else None,
    }


def _times(run: ShownRun) -> published.Times:
    return {
        "created_at": run.created_at.isoformat(),
        "submit_started_at": _time(run.submit_started_at),
        "submitted_at": _time(run.submitted_at),
        "finished_at": _time(run.finished_at),
    }


def _outcome(run: ShownRun) -> published.Outcome:
    answered = run.status == "completed" and not run.withheld
    return {
        "output": run.output if answered else None,
        "output_cut": run.output_cut,
        "reasoning": run.thoughts or None,
        "citations": [{"url": one.url, "title": one.title or None} for one in run.citations],
        "partial": run.partial or None,
        "finish_reason": run.finish_reason or None,
        "answer_state": cast("Any", run.answer_state or None),
        "schema_valid": run.schema_valid,
        "schema_errors": _schema_errors(run),
        "evidence": _evidence(run),
        "flagged": run.flagged,
        "withheld": run.withheld,
        "error": _error(run),
    }


def _schema_errors(run: ShownRun) -> list[published.SchemaError] | None:
    """Path and reason of what does not fit; null where nothing was checked."""
    if run.schema_valid is None:
        return None
    return [{"path": path, "reason": reason} for path, reason in run.schema_errors]


def _evidence(run: ShownRun) -> list[published_evidence.EvidenceValue] | None:
    """Each value of the answer with what the reader found of it; null where it was not checked."""
    if run.readings is None:
        return None
    return [_value(item) for item in trace({ALONE: run.output_html}, run.readings).items]


def _value(item: Item) -> published_evidence.EvidenceValue:
    return {
        "text": item.text,
        "mentions": len(item.spoken),
        "state": cast("Any", item.kind),
        "places": [
            {
                "image": one.image,
                "line": one.line,
                "text": one.text,
                "confidence": one.confidence,
                "polygons": [list(map(list, polygon)) for polygon in one.polygons],
            }
            for one in item.places
        ],
        "sum": item.sum.text if item.sum else None,
        "right": item.sum.right if item.sum else None,
    }


def money(amount: Decimal | None) -> str | None:
    """Return US dollars with every digit that is known, six places at least."""
    if amount is None:
        return None
    whole, _, places = f"{amount:f}".partition(".")
    return f"{whole}.{places.rstrip('0').ljust(6, '0')}"


def _error(run: ShownRun) -> published.Failure | None:
    if not run.error_kind:
        return None
    title = run.explanation.title if run.explanation else None
    return {"kind": run.error_kind, "title": title, "detail": run.error_detail or None}


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _image(image: ShownImage, where: Callable[[ShownImage], str]) -> published.Image:
    return {
        "number": image.number,
        "name": image.name or None,
        "address": image.address or None,
        "passed_on": image.as_address,
        "picture": where(image) or None,
        "sha256": image.sha256 or None,
        "sent_sha256": image.sent_sha256 or None,
        "sent_as": image.sent_note or None,
        "format": image.format or None,
        "width": image.width or None,
        "height": image.height or None,
        "size": image.size or None,
    }


def comparison_as_json(
    comparison: ShownComparison, where: Callable[[ShownImage], str] = address_of
) -> published_comparisons.Comparison:
    """Return a comparison as plain values, each cell as its own run's JSON."""
    return {
        "format": FORMAT,
        "kind": "comparison",
        "url": comparison.url,
        "hidden": _hidden(comparison),
        "id": comparison.id or None,
        "title": comparison.title or None,
        "status": cast("published.Status", comparison.status),
        "created_at": comparison.created_at.isoformat(),
        "best": comparison.best,
        "best_why": comparison.best_why or None,
        "blind": comparison.blind,
        "vote": _vote(comparison.vote),
        "rows": _rows(comparison, where),
        **_around(comparison),
        "cells": [run_as_json(run, where) for run in comparison.cells],
    }


def _vote(vote: ShownVote | None) -> published_comparisons.Vote | None:
    if not vote:
        return None
    outcome, given_at = cast("Any", vote.outcome), vote.given_at.isoformat()
    return {"outcome": outcome, "cell": vote.cell, "given_at": given_at}


def _rows(
    comparison: ShownComparison, where: Callable[[ShownImage], str]
) -> list[published_comparisons.Row] | None:
    """The cells of a matrix by their image; null for any other comparison."""
    return [
        {
            "number": row.number,
            "images": [_image(image, where) for image in comparison.cells[row.cells[0] - 1].images],
            "cells": list(row.cells),
        }
        for row in comparison.rows
    ] or None
