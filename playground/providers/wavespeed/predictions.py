"""Turns the wire's prediction object into a Prediction: tolerant of every field, sure of the id.

The documentation calls outputs addresses; for this model they are the text itself.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeGuard

from playground.providers.base import ErrorKind, Prediction, PredictionStatus
from playground.providers.exchange import as_text
from playground.providers.http_errors import describe
from playground.providers.wavespeed.envelopes import APPLICATION_KINDS, as_int

if TYPE_CHECKING:
    from playground.providers.base import PredictionRequest

_STATUSES = {
    "completed": PredictionStatus.COMPLETED,
    "failed": PredictionStatus.FAILED,
    "timeout": PredictionStatus.FAILED,
    "deleted": PredictionStatus.FAILED,
    "cancelled": PredictionStatus.CANCELLED,
    "canceled": PredictionStatus.CANCELLED,
}
_EXPLANATIONS = {
    "failed": "The provider gave no reason.",
    "timeout": "The prediction timed out at the provider.",
    "deleted": "The prediction was deleted at the provider.",
}
_MAX_MILLISECONDS = 2**31 - 1


def submission_of(request: PredictionRequest) -> dict[str, Any]:
    """Return the JSON of a submission. What was not chosen is left out; the documented defaults
    contradict each other and change, so priority and model are always sent."""
    body: dict[str, Any] = {
        "prompt": as_text(request.exchange, request.prompt, len(request.images)),
        "images": list(request.images),
        "reasoning": request.reasoning,
        "priority": request.priority,
        "model": request.model,
        "enable_sync_mode": False,
    }
    optional = {
        "system_prompt": request.system_prompt or None,
        "temperature": request.temperature,
        "max_tokens": request.max_tokens,
    }
    return body | {name: value for name, value in optional.items() if value is not None}


def prediction_of(data: dict[str, Any], prediction_id: str, raw: Any) -> Prediction:
    """Return the prediction in `data`. A status never heard of means that it is still running."""
    word = str(data.get("status", "")).strip().lower()
    status = _STATUSES.get(word, PredictionStatus.RUNNING)
    ended_badly = status in (PredictionStatus.FAILED, PredictionStatus.CANCELLED)
    kind = APPLICATION_KINDS.get(as_int(data.get("code")) or 0, ErrorKind.FAILED)
    return Prediction(
        id=prediction_id,
        status=status,
        outputs=_outputs(data.get("outputs")),
        nsfw=_flags(data.get("has_nsfw_contents")),
        inference_ms=_inference_ms(data),
        created_at=_moment(data.get("created_at")),
        error_kind=kind if ended_badly else None,
        error_detail=_error_detail(data, word) if ended_badly else "",
        raw=raw,
    )


def _outputs(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(_text(item) for item in (value if isinstance(value, list) else [value]))


def _text(output: Any) -> str:
    """Return one output as text. It was paid for: whatever its type, it is shown."""
    if isinstance(output, str):
        return output
    if isinstance(output, dict):
        for name in ("text", "content", "output", "message"):
            if isinstance(output.get(name), str):
                return str(output[name])
    return json.dumps(output, ensure_ascii=False)


def _flags(value: Any) -> tuple[bool, ...]:
    flags = value if isinstance(value, list) else [value] if isinstance(value, bool) else []
    return tuple(flag is True for flag in flags)


def _inference_ms(data: dict[str, Any]) -> int | None:
    timings = data.get("timings")
    inference = timings.get("inference") if isinstance(timings, dict) else None
    for value in (inference, data.get("executionTime")):
        if _is_number(value) and 0 < value <= _MAX_MILLISECONDS:
            return round(value)
    return None


def _is_number(value: Any) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _moment(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _error_detail(data: dict[str, Any], word: str) -> str:
    error = data.get("error")
    said = error if isinstance(error, str) else json.dumps(error) if error else ""
    return describe(said) or _EXPLANATIONS.get(word, "The prediction was cancelled.")
