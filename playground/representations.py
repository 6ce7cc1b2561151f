"""A run for programs and for notes: JSON with the exact request and response, and Markdown."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from playground.models import Comparison, Run

FORMAT = 1  # of the JSON; a change that breaks readers counts it up


def as_json(run: Run) -> dict[str, Any]:
    """Return the run as plain values. `request` and `response` are what was on the wire."""
    return {
        "format": FORMAT,
        "id": str(run.pk),
        "url": run.get_absolute_url(),
        "comparison": str(run.comparison_id) if run.comparison_id else None,
        "retry_of": str(run.retry_of_id) if run.retry_of_id else None,
        "provider": run.provider,
        "model": run.model_id,
        "prompt": run.prompt,
        "system_prompt": run.system_prompt,
        "images": _images(run),
        "options": {
            "temperature": run.temperature,
            "max_tokens": run.max_tokens,
            "reasoning": run.reasoning,
            "priority": run.priority,
        },
        "status": run.status,
        "output": run.output if run.status == "completed" else None,
        "output_cut": run.output_cut,
        "flagged": run.flagged,
        "error": {"kind": run.error_kind, "detail": run.error_detail} if run.error_kind else None,
        "units": run.units,
        "price_estimate_usd": str(run.price) if run.price is not None else None,
        "prediction_id": run.prediction_id or None,
        "times": {name: _time(getattr(run, name)) for name in TIMES},
        "inference_ms": run.inference_ms,
        "request": run.request,
        "response": run.response,
    }


TIMES = ("created_at", "submit_started_at", "submitted_at", "finished_at")


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _images(run: Run) -> list[dict[str, Any]]:
    return [
        {
            "sha256": entry.image_id,
            "sent_sha256": entry.sent_sha256 or None,
            "sent_as": entry.sent_note or None,
            "address": entry.url or None,
            "name": entry.name or None,
        }
        for entry in run.images.all()
    ]


def as_markdown(run: Run) -> str:
    """Return prompt, settings and answer as a note that can be pasted anywhere."""
    settings = [
        f"- Model: `{run.model_id}` ({run.provider})",
        f"- Date: {run.created_at:%d %B %Y, %H:%M %Z}",
        f"- Temperature: {'model default' if run.temperature is None else run.temperature}",
        f"- Max tokens: {'model default' if run.max_tokens is None else run.max_tokens}",
        f"- Reasoning: {'on' if run.reasoning else 'off'}; priority: {run.priority}",
        f"- Images: {run.images.count()}",
        f"- Status: {run.get_status_display().lower()}",
    ]
    parts = ["# Run", "\n".join(settings), "## Prompt", run.prompt]
    if run.system_prompt:
        parts += ["## System prompt", run.system_prompt]
    return "\n\n".join([*parts, "## Answer", run.output or run.error_detail or "None yet."]) + "\n"


def comparison_as_json(comparison: Comparison, cells: Sequence[Run]) -> dict[str, Any]:
    """Return a comparison as plain values, each cell as its own run's JSON."""
    return {
        "format": FORMAT,
        "id": str(comparison.pk),
        "url": comparison.get_absolute_url(),
        "title": comparison.title or None,
        "created_at": _time(comparison.created_at),
        "best": str(comparison.best_id) if comparison.best_id else None,
        "best_why": comparison.best_why or None,
        "cells": [as_json(run) for run in cells],
    }


CSV_COLUMNS = ["column", "model", "provider", "temperature", "max_tokens", "status"]
CSV_COLUMNS += ["answer_state", "seconds", "inference_ms", "price_estimate_usd", "units"]
CSV_COLUMNS += ["images", "prompt", "output", "run"]


def as_csv(cells: Sequence[Run]) -> str:
    """Return one line a cell, with a head."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(CSV_COLUMNS)
    writer.writerows(map(_line, range(1, len(cells) + 1), cells))
    return file.getvalue()


def _line(column: int, run: Run) -> list[Any]:
    images = " ".join(one.name or one.url or (one.image_id or "")[:12] for one in run.images.all())
    return [
        column,
        run.model_id,
        run.provider,
        run.temperature,
        run.max_tokens,
        run.status,
        run.answer_state,
        f"{run.elapsed:.3f}" if run.has_ended else "",
        run.inference_ms,
        run.price,
        run.units,
        _harmless(images),
        _harmless(run.prompt),
        _harmless(run.output),
        run.get_absolute_url(),
    ]


def _harmless(text: str) -> str:
    """A spreadsheet runs what starts like a formula; an apostrophe makes it text."""
    return f"'{text}" if text.lstrip()[:1] in tuple("=+-@") and text.strip() else text
