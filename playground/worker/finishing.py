"""Stores how a prediction ended: the answer, its HTML, the error, and what was received."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction

from playground.catalog import entries
from playground.connections import refused_parameters
from playground.providers.base import PredictionStatus
from playground.providers.ends import End, meaning_of
from playground.providers.parameters.listed import PARAMETERS
from playground.rendering import render
from playground.rendering.answer_reasoning import Parted, part
from playground.rendering.json_schema import errors_in
from playground.runs import image_tokens
from playground.runs.answer_states import CUT_OFF, EMPTY, REFUSED, state_of
from playground.runs.models.received import ReceivedAnswer
from playground.runs.status import RunStatus
from playground.storage.money import as_kept
from playground.storage.writes import orderly_writes

if TYPE_CHECKING:
    from collections.abc import Callable

    from playground.providers.base import Prediction, Received
    from playground.runs.models.run import Run

logger = logging.getLogger(__name__)

MAX_OUTPUT_LENGTH = 2_000_000  # characters that are kept; what is longer is cut, and said to be
WRITE_TIMEOUT_SECONDS = 300.0  # to go on trying a write that is worth money


def surely(write: Callable[[], bool]) -> bool:
    """Do a write that records something paid for, through a database that is away for a while."""
    end, level = time.monotonic() + WRITE_TIMEOUT_SECONDS, logging.WARNING
    while True:
        try:
            return write()
        except (OperationalError, InterfaceError):
            if time.monotonic() > end:
                raise
            trace = level == logging.WARNING
            logger.log(level, "the database did not take a write; trying again", exc_info=trace)
            level = logging.DEBUG  # hundreds of threads may be here, and all would say so again
            connection.close()  # a connection that broke once stays broken
            time.sleep(0.5)


def keep_received(run: Run, received: Received | None, *, if_held: bool = False) -> bool:
    """Keep what came as it came, whatever becomes of the run; later answers take its place.

    if_held: of a refusal, which takes no place of what came to another worker meanwhile.
    """
    if not received:
        return False
    row = ReceivedAnswer(
        run_id=run.pk,
        packed=ReceivedAnswer.pack(received.body),
        kept=len(received.body),
        size=received.size,
        withheld=received.withheld,
    )
    try:
        with orderly_writes(), transaction.atomic():
            if if_held and not run.is_held():
                return False
            ReceivedAnswer.objects.bulk_create(
                [row],
                update_conflicts=True,
                unique_fields=["run"],
                update_fields=["packed", "kept", "size", "withheld"],
            )
    except IntegrityError:
        return False  # the run was deleted for good meanwhile
    return True


def finish(run: Run, prediction: Prediction) -> bool:
    """Bring the run to its end state. False when it had ended before: nothing is overwritten."""
    surely(lambda: keep_received(run, prediction.received))
    if prediction.status is PredictionStatus.COMPLETED:
        status, values = RunStatus.COMPLETED, _answer(prediction, run.max_tokens)
        values |= _checked(run, values["output"])
    else:
        cancelled = prediction.status is PredictionStatus.CANCELLED
        status = RunStatus.CANCELLED if cancelled else RunStatus.FAILED
        kind = "provider_cancelled" if cancelled else (prediction.error_kind or "failed")
        values = {
            "error_kind": kind,
            "error_detail": prediction.error_detail,
            "partial": _broken_off(prediction),  # paid for: kept, and shown as what it is
        }
    values |= {
        "response": prediction.raw,
        "inference_ms": prediction.inference_ms,
        "first_token_ms": prediction.first_token_ms,
        "thoughts": parted(prediction).reasoning,
        "finish_reason": prediction.finish_reason,
        "citations": [[one.url, one.title] for one in prediction.citations] or None,
        "tokens_in": prediction.tokens_in,
        "tokens_out": prediction.tokens_out,
        "charged": None if prediction.cost is None else as_kept(prediction.cost),
        "last_error": "",
    }
    if status == RunStatus.COMPLETED and run.rerun_of_id:
        surely(lambda: image_tokens.note(run, prediction.tokens_in))
    ended = surely(lambda: run.finish(status, **values))
    logger.info("run %s: %s", run.pk, status if ended else "had ended before")
    if ended and status == RunStatus.COMPLETED and run.parameters:
        taken = [name for name in run.parameters if _was_sent(run, name)]
        refused_parameters.forget(run.provider, entries.find(run.model_id).wire_id, taken)
    return ended


def _was_sent(run: Run, name: str) -> bool:
    """A schema that a server does not take is left out, and checked alone."""
    return not PARAMETERS[name].is_checked or any(n in run.request for n in PARAMETERS[name].wire)


def _checked(run: Run, text: str) -> dict[str, Any]:
    """Return whether the answer fits the schema that it was asked with, and where it does not."""
    schema = run.parameters.get("response_schema")
    errors = errors_in(schema, text) if schema else None
    return {} if errors is None else {"schema_valid": not errors, "schema_errors": errors or None}


def parted(prediction: Prediction) -> Parted:
    """Return what there is of the answer, and of its reasoning: given apart, or between marks."""
    answer, marked = part("\n\n".join(prediction.outputs)[:MAX_OUTPUT_LENGTH])
    thoughts = "\n\n".join(filter(None, [prediction.reasoning, marked]))
    return Parted(answer, _kept(thoughts))


def _kept(text: str) -> str:
    """Return the text, or as much as is kept of it and word of the cut."""
    return text[:MAX_OUTPUT_LENGTH] + _word_of_cut(len(text))


def _broken_off(prediction: Prediction) -> str:
    """Return the answer as far as it came, or as much as is kept of it and word of the cut."""
    return parted(prediction).answer + _word_of_cut(len("\n\n".join(prediction.outputs)))


def _word_of_cut(count: int) -> str:
    if count <= MAX_OUTPUT_LENGTH:
        return ""
    return f"\n[{count:,} characters in all. The rest was not kept.]"


def _answer(prediction: Prediction, max_tokens: int | None) -> dict[str, Any]:
    whole = "\n\n".join(prediction.outputs)
    text = parted(prediction).answer
    rendered = render(text)
    return {
        "output": text,
        "raw_output": "" if text == whole[:MAX_OUTPUT_LENGTH] else whole[:MAX_OUTPUT_LENGTH],
        "partial": "",
        "output_cut": len(whole) > MAX_OUTPUT_LENGTH,
        "output_html": rendered.html,
        "renderer_version": rendered.version,
        "answer_state": _state(prediction, text, max_tokens),
        "flagged": any(prediction.nsfw),
    }


def _state(prediction: Prediction, text: str, max_tokens: int | None) -> str:
    """The provider's own word that a limit was reached, its filter or a refusal is no guess."""
    if not text.strip():
        return EMPTY
    if prediction.refused:
        return REFUSED
    cut = meaning_of(prediction.finish_reason) in {End.LIMIT, End.FILTERED}
    return CUT_OFF if cut else state_of(text, max_tokens)
