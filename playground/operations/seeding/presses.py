"""Makes up what people did over some months: forms with one run or a comparison, oldest first.

All runs have ended: a worker would carry a queued one to the provider, and that costs money.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from playground.catalog import entries
from playground.operations.seeding.texts import (
    SUBJECTS,
    Subject,
    answer_about,
    answer_html,
    prompt_about,
)
from playground.rendering import RENDERER_VERSION
from playground.runs.status import RunStatus

SPAN = timedelta(days=270)
COMPARED = 0.3  # of all forms
MAX_CELLS = 6
WITH_PICTURE = 0.25  # of all forms
ENDS = (RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED, RunStatus.UNKNOWN)
HOW_OFTEN = (940, 40, 15, 5)
STATES = ("", "cut_off", "refused", "empty")
STATES_OFTEN = (965, 20, 10, 5)
ERRORS = {RunStatus.FAILED: "failed", RunStatus.UNKNOWN: "unknown_outcome"}


@dataclass
class SeededForm:
    """One press. comparison: its id, none for one run. runs: values by the names of columns."""

    created_at: datetime
    comparison: uuid.UUID | None
    picture: str
    runs: list[dict[str, Any]] = field(default_factory=list)


def plausible_forms(count: int, rng: Random, until: datetime) -> Iterator[SeededForm]:
    """Yield forms with `count` runs in all, spread over the months before `until`."""
    apart, left = SPAN / count, count
    while left:
        cells = rng.randrange(2, MAX_CELLS + 1) if rng.random() < COMPARED else 1
        moment = until - apart * (left - 0.9 * rng.random())  # always later than the one before
        form = _form(moment, min(cells, left), rng)
        left -= len(form.runs)
        yield form


def _form(moment: datetime, cells: int, rng: Random) -> SeededForm:
    subject = rng.choice(SUBJECTS)
    picture = subject.picture if rng.random() < WITH_PICTURE else ""
    form = SeededForm(moment, _uuid(rng) if cells > 1 else None, picture)
    asked = _asked(subject, rng)
    for position, model in enumerate(rng.sample(entries.models(), cells)):
        run = asked | {"position": position, "model_id": model.id, "units": model.units}
        run |= {"id": _uuid(rng), "comparison": form.comparison}
        pressed = moment + timedelta(microseconds=40 * position)
        run |= {"created_at": pressed, "listed_at": moment}
        form.runs.append(run | _ended(run, subject, rng))
    return form


def _asked(subject: Subject, rng: Random) -> dict[str, Any]:
    return {
        "form_token": f"seed-{rng.getrandbits(120):030x}",
        "form_digest": "",
        "provider": "demo" if rng.random() < 0.1 else "wavespeed",
        "prompt": prompt_about(subject, rng),
        "system_prompt": "Answer briefly." if rng.random() < 0.1 else "",
        "temperature": rng.choice((None, None, None, 0.0, 0.2, 1.0)),
        "max_tokens": rng.choice((None, None, None, 80, 600)),
        "reasoning": rng.random() < 0.05,
        "starred": rng.random() < 0.01,
    }


def _ended(run: dict[str, Any], subject: Subject, rng: Random) -> dict[str, Any]:
    status = rng.choices(ENDS, HOW_OFTEN)[0]
    seconds = 0.8 + rng.expovariate(0.3)
    end = run["created_at"] + timedelta(seconds=seconds)
    values: dict[str, Any] = {"status": status, "finished_at": end, "changed_at": end}
    values |= {"submitted_at": run["created_at"] + timedelta(milliseconds=200)}
    if status != RunStatus.COMPLETED:
        return values | {"error_kind": ERRORS.get(status, "")}
    state = rng.choices(STATES, STATES_OFTEN)[0]
    text = "" if state == "empty" else answer_about(subject, rng)
    return values | {
        "output": text,
        "output_html": answer_html(text),
        "renderer_version": RENDERER_VERSION,
        "answer_state": state,
        "flagged": rng.random() < 0.003,
        "inference_ms": int(seconds * 900),
        "price": f"{run['units'] * 0.002:.6f}" if run["provider"] == "wavespeed" else None,
    }


def _uuid(rng: Random) -> uuid.UUID:
    return uuid.UUID(int=rng.getrandbits(128), version=4)
