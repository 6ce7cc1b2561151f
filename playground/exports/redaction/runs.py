"""A run as far as it may be shown: plain values under the names that the row has for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playground.catalog import entries as catalog
from playground.exports.redaction.evidence import shown_readings
from playground.exports.redaction.exchange import ShownTurn, shown_exchange
from playground.exports.redaction.images import ShownImage, shown_images
from playground.exports.redaction.notes import shown_notes
from playground.exports.redaction.payloads import (
    secrets_of,
    shown_parameters,
    shown_request,
    shown_response,
)
from playground.exports.redaction.received import shown_received
from playground.providers.endpoint import DEMO, THIS_MACHINE
from playground.rendering import render
from playground.runs.answer_states import EMPTY
from playground.runs.failures import Explanation, explain
from playground.runs.reasoning import without_reasoning
from playground.runs.status import RunStatus

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from decimal import Decimal

    from playground.exports.redaction.evidence import Readings
    from playground.exports.redaction.notes import ShownNote
    from playground.exports.redaction.payloads import Secrets
    from playground.exports.redaction.received import ShownReceived
    from playground.exports.redaction.scope import Shown
    from playground.providers.base import Citation
    from playground.runs.models.comparison import Comparison
    from playground.runs.models.run import Run


@dataclass(frozen=True)
class ShownProject:
    id: int
    name: str


def shown_project(item: Run | Comparison, shown: Shown) -> ShownProject | None:
    """Return the project; to a stranger none."""
    project = item.project if shown.own and item.project_id else None
    return ShownProject(project.pk, project.name) if project else None


@dataclass(frozen=True)
class ShownRun:
    """One run. What is hidden is None, empty or not in here; `hidden` names what may be missing.

    number: its place among the cells shown, from 1. images: those shown; image_count: all that
    were sent. withheld: there is an answer, flagged, that is not shown. reasoning: None if hidden.
    thoughts: reasoning that was given apart or marked, blank if hidden. raw: the answer
    with its reasoning as it came, if that is shown. partial: what had arrived of
    an answer that broke off. units, price, charged and tokens: None if hidden. elapsed, waited:
    seconds. id, the ids of other runs and prediction_id: blank for a stranger.
    url: where the page with this run is found; anchor: its place on it. project: None for a
    stranger. notes: None where they are not shown. exchange: what was asked and answered before.
    readings: what was read in each image that was sent, for the evidence; None without.
    """

    number: int
    url: str
    anchor: str
    id: str
    comparison_id: str
    retry_of_id: str
    rerun_of_id: str
    follows_id: str
    prediction_id: str
    hidden: tuple[str, ...]
    provider: str
    model_id: str
    prompt: str
    system_prompt: str
    images: tuple[ShownImage, ...]
    image_count: int
    temperature: float | None
    max_tokens: int | None
    reasoning: bool | None
    priority: str
    max_edge: int
    parameters: Mapping[str, Any]
    status: str
    created_at: datetime
    submit_started_at: datetime | None
    submitted_at: datetime | None
    finished_at: datetime | None
    inference_ms: int | None
    first_token_ms: int | None
    elapsed: float
    waited: float | None
    output: str
    raw: str
    output_html: str
    output_cut: bool
    thoughts: str
    partial: str
    finish_reason: str
    answer_state: str
    schema_valid: bool | None
    schema_errors: tuple[tuple[str, str], ...]
    flagged: bool
    withheld: bool
    explanation: Explanation | None
    error_kind: str
    error_detail: str
    units: int | None
    price: Decimal | None
    charged: Decimal | None
    tokens_in: int | None
    tokens_out: int | None
    image_tokens: int | None
    citations: tuple[Citation, ...]
    request: Any
    response: Any
    received: ShownReceived | None
    project: ShownProject | None
    notes: tuple[ShownNote, ...] | None
    exchange: tuple[ShownTurn, ...] = ()
    readings: Readings | None = None

    @property
    def has_ended(self) -> bool:
        return self.status in RunStatus.ended()

    @property
    def is_demo(self) -> bool:
        return self.provider == DEMO

    @property
    def is_reader(self) -> bool:
        return self.provider == THIS_MACHINE

    @property
    def cited(self) -> tuple[Citation, ...]:
        return self.citations

    @property
    def model(self) -> catalog.Model:
        return catalog.find(self.model_id)

    @property
    def images_left_out(self) -> int:
        return self.image_count - len(self.images)

    def get_status_display(self) -> str:
        return str(RunStatus(self.status).label)


_AS_THEY_ARE = ["provider", "model_id", "prompt", "temperature", "max_tokens", "priority"]
_AS_THEY_ARE += ["max_edge", "status", "created_at", "submit_started_at", "submitted_at"]
_AS_THEY_ARE += ["finished_at", "inference_ms", "elapsed", "waited", "flagged", "error_kind"]
_AS_THEY_ARE += ["finish_reason", "first_token_ms"]
_COSTS = ("units", "price", "charged", "tokens_in", "tokens_out", "image_tokens")


_IDS = ("id", "comparison_id", "retry_of_id", "rerun_of_id", "follows_id", "prediction_id")


def shown_run(run: Run, shown: Shown, number: int = 1) -> ShownRun:
    """Return the run without what is hidden. Load it `with_images` where there are several."""
    entries = list(run.images.all())
    secrets = secrets_of(run, entries, shown)
    answer, exchange = _answer(run, shown), shown_exchange(run, shown)
    costs: dict[str, Any] = {name: getattr(run, name) if shown.costs else None for name in _COSTS}
    same: dict[str, Any] = {name: getattr(run, name) for name in _AS_THEY_ARE}
    return ShownRun(
        number=number,
        url=shown.addresses.page(run),
        anchor=shown.addresses.anchor(run),
        hidden=shown.hidden,
        system_prompt=run.system_prompt if shown.system_prompt else "",
        images=shown_images(entries, shown),
        image_count=len(entries),
        reasoning=run.reasoning if shown.reasoning else None,
        explanation=_explanation(run, shown),
        error_detail=secrets.sentence(run.error_detail),
        request=shown_request(run, entries, exchange, shown),
        parameters=shown_parameters(run, entries, shown),
        response=shown_response(run, answer["output"], answer["thoughts"], secrets, shown),
        citations=_citations(run, secrets, withheld=answer["withheld"]),
        received=shown_received(run) if shown.is_exact else None,
        project=shown_project(run, shown),
        notes=shown_notes(run, shown),
        exchange=exchange,
        readings=shown_readings(run, entries, shown) if answer["output_html"] else None,
        **costs,
        **answer,
        **_ids(run, shown),
        **same,
    )


def _citations(run: Run, secrets: Secrets, *, withheld: bool) -> tuple[Citation, ...]:
    """What the answer names as its sources, where what the provider wrote may be shown."""
    if withheld or not secrets.quotes:
        return ()
    return tuple(one for one in run.cited if not secrets.are_in(f"{one.url} {one.title}"))


def _ids(run: Run, shown: Shown) -> dict[str, Any]:
    if not shown.own:
        return dict.fromkeys(_IDS, "")
    return {
        "id": str(run.pk),
        "comparison_id": str(run.comparison_id or ""),
        "retry_of_id": str(run.retry_of_id or ""),
        "rerun_of_id": str(run.rerun_of_id or ""),
        "follows_id": str(run.follows_id or ""),
        "prediction_id": run.prediction_id,
    }


def _answer(run: Run, shown: Shown) -> dict[str, Any]:
    """The answer's text and HTML. Without reasoning it is rendered anew, if there was any."""
    withheld = run.flagged and not shown.flagged
    values = {"output": run.output, "output_html": run.output_html, "output_cut": run.output_cut}
    values["raw"] = run.raw_output or run.output
    if withheld or run.status != RunStatus.COMPLETED:
        values = {"output": "", "raw": "", "output_html": "", "output_cut": False}
    values |= {"withheld": withheld, "answer_state": "" if withheld else run.answer_state}
    values["schema_valid"] = None if withheld else run.schema_valid
    errors = () if withheld else run.schema_errors or ()
    values["schema_errors"] = tuple((path, reason) for path, reason in errors)
    is_growing = not withheld and run.status != RunStatus.COMPLETED
    values["partial"] = run.partial if is_growing else ""
    values["thoughts"] = "" if withheld else run.thoughts
    return values if shown.reasoning else values | _without_reasoning(values)


def _without_reasoning(values: dict[str, Any]) -> dict[str, Any]:
    """What of these values has to change for an answer without reasoning."""
    changed = {"thoughts": "", "partial": without_reasoning(values["partial"])}
    text = without_reasoning(values["output"])
    changed["raw"] = text
    if text == values["output"]:
        return changed
    state = values["answer_state"] if text else EMPTY
    return changed | {"output": text, "output_html": render(text).html, "answer_state": state}


def _explanation(run: Run, shown: Shown) -> Explanation | None:
    """Why there is no answer. What to do next, and what was charged, is the owner's business."""
    words = explain(run)
    if not words or (shown.own and shown.costs):
        return words
    return Explanation(words.title, "")
