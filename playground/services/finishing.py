"""Stores how a prediction ended: the answer, its HTML, the error, and what was received."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

from django.db import InterfaceError, OperationalError, connection

from playground.answer_states import CUT_OFF, state_of
from playground.models import RunStatus
from playground.providers.base import PredictionStatus
from playground.rendering import render

if TYPE_CHECKING:
    from collections.abc import Callable

    from playground.models import Run
    from playground.providers.base import Prediction

logger = logging.getLogger(__name__)

LONGEST_OUTPUT = 2_000_000  # characters that are kept; what is longer is cut, and said to be
LONGEST_IN_RESPONSE = 100_000  # characters of one text inside the stored response
PATIENCE = 300.0  # seconds to go on trying a write that is worth money


def surely(write: Callable[[], bool]) -> bool:
    """Do a write that records something paid for, through a database that is away for a while."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return write()
        except (OperationalError, InterfaceError):
            if time.monotonic() > end:
                raise
            logger.warning("the database did not take a write; trying again", exc_info=True)
            connection.close()  # a connection that broke once stays broken
            time.sleep(0.5)


def finish(run: Run, prediction: Prediction) -> bool:
    """Bring the run to its end state. False when it had ended before: nothing is overwritten."""
    if prediction.status is PredictionStatus.COMPLETED:
        status, values = RunStatus.COMPLETED, _answer(prediction, run.max_tokens)
    else:
        cancelled = prediction.status is PredictionStatus.CANCELLED
        status = RunStatus.CANCELLED if cancelled else RunStatus.FAILED
        kind = "provider_cancelled" if cancelled else (prediction.error_kind or "failed")
        arrived = "\n\n".join(prediction.outputs)[:LONGEST_OUTPUT]
        values = {
            "error_kind": kind,
            "error_detail": prediction.error_detail,
            "partial": arrived,  # paid for: kept, and shown as what it is
        }
    values |= {
        "response": _shortened(prediction.raw),
        "inference_ms": prediction.inference_ms,
        "thoughts": prediction.reasoning[:LONGEST_OUTPUT],
        "finish_reason": prediction.finish_reason,
        "tokens_in": prediction.tokens_in,
        "tokens_out": prediction.tokens_out,
        "charged": prediction.cost,
        "last_error": "",
    }
    ended = surely(lambda: run.finish(status, **values))
    logger.info("run %s: %s", run.pk, status if ended else "had ended before")
    return ended


def _answer(prediction: Prediction, max_tokens: int | None) -> dict[str, Any]:
    text = "\n\n".join(prediction.outputs)
    rendered = render(text[:LONGEST_OUTPUT])
    return {
        "output": text[:LONGEST_OUTPUT],
        "partial": "",
        "output_cut": len(text) > LONGEST_OUTPUT,
        "output_html": rendered.html,
        "renderer_version": rendered.version,
        "answer_state": _state(prediction, text[:LONGEST_OUTPUT], max_tokens),
        "flagged": any(prediction.nsfw),
    }


def _state(prediction: Prediction, text: str, max_tokens: int | None) -> str:
    """The provider's own word that a limit was reached, or its filter, is no guess."""
    cut = prediction.finish_reason in {"length", "content_filter"} and text.strip()
    return CUT_OFF if cut else state_of(text, max_tokens)


def _shortened(value: Any) -> Any:
    """Return the response with overlong texts cut: the answer itself is kept in its own column."""
    if isinstance(value, dict):
        return {key: _shortened(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_shortened(one) for one in value]
    if isinstance(value, str) and len(value) > LONGEST_IN_RESPONSE:
        return f"{value[:LONGEST_IN_RESPONSE]}… ({len(value):,} characters in all)"
    return value
