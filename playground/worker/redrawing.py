"""Draws stored answers anew where an older renderer drew them, a few at a time."""

import time
from typing import Any

from playground.rendering import RENDERER_VERSION, render
from playground.rendering.answer_reasoning import part
from playground.runs.answer_states import EMPTY
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.storage.writes import orderly_writes

MAX_SECONDS = 5.0  # of each minute; whoever asks a model goes first
BATCH_SIZE = 20


def redraw(seconds: float = MAX_SECONDS) -> int:
    """Draw the newest of them; return how many. What is changed meanwhile is left as it is."""
    end, count = time.monotonic() + seconds, 0
    while batch := _older()[:BATCH_SIZE]:
        for run in batch:
            _draw(run)
            count += 1
            if time.monotonic() > end:
                return count
    return count


def _older() -> Any:
    runs = Run.everything.filter(status=RunStatus.COMPLETED, renderer_version__lt=RENDERER_VERSION)
    return runs.only("output", "raw_output", "thoughts", "answer_state", "renderer_version")


def _draw(run: Run) -> None:
    text, marked = part(run.output)
    values: dict[str, Any] = {
        "output_html": render(text).html,
        "renderer_version": RENDERER_VERSION,
    }
    if text != run.output:
        values |= {
            "output": text,
            "raw_output": run.raw_output or run.output,
            "thoughts": "\n\n".join(filter(None, [run.thoughts, marked])),
            "answer_state": run.answer_state if text.strip() else EMPTY,
        }
    with orderly_writes():
        Run.everything.filter(pk=run.pk, renderer_version=run.renderer_version).update(**values)
