"""Why a run has no answer, in our words: what happened, what to do, and whether it was charged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.connections.routing import keeps_answers
from playground.providers.endpoint import DEMO, THIS_MACHINE, WAVESPEED
from playground.runs.status import RunStatus

if TYPE_CHECKING:
    from playground.runs.models.run import Run

RESULT_REFUSED = "result_refused"
UNCHARGED = "Nothing was charged."
REFUNDED = "The provider refunds failed runs within about 3 hours."


@dataclass(frozen=True)
class Explanation:
    """title: what happened. remedy: what to do next."""

    title: str
    remedy: str


FAILURES = {
    "not_sent": Explanation(
        "The provider could not be reached",
        f"Check the server's connection, then retry. {UNCHARGED}",
    ),
    "temporary": Explanation(
        "An image could not be handed to the provider",
        f"Wait a moment, then retry. {UNCHARGED}",
    ),
    "key": Explanation(
        "The key for the provider does not work",
        f"Test it in Settings, or set another one there, then retry. {UNCHARGED}",
    ),
    "server": Explanation(
        "The server of this model is not set up any more",
        f"Set it up again in Settings, or choose another model. {UNCHARGED}",
    ),
    "credit": Explanation(
        "The provider's account has no credit left",
        f"Top it up at the provider, then retry. {UNCHARGED}",
    ),
    "rate": Explanation(
        "The provider asked for a pause too many times",
        f"Wait a minute, then retry. {UNCHARGED}",
    ),
    "reworded": Explanation(
        "The provider refused a field that this playground adds",
        f"Retry: it is left out then. {UNCHARGED}",
    ),
    "invalid": Explanation(
        "The provider refused the request",
        f"Read its message, change what it names and run again. {UNCHARGED}",
    ),
    "not_found": Explanation(
        "The provider does not know this model",
        f"Choose another model and run again. {UNCHARGED}",
    ),
    "too_large": Explanation(
        "An image is too large for the provider",
        f"Make it smaller and run again. {UNCHARGED}",
    ),
    "moderation": Explanation(
        "The provider's content policy refused this run",
        "Change the prompt or the images and run again.",
    ),
    "image": Explanation(
        "The provider could not read one of the images",
        "Check that each address is public, or upload the file, then run again.",
    ),
    "address": Explanation(
        "An image could not be fetched from its address",
        "Check that the address is public and leads to an image of at most 20 MB, or upload the "
        f"file, then run again. {UNCHARGED}",
    ),
    "broken_off": Explanation(
        "The answer broke off before its end",
        "What had arrived is shown below. It may have been billed; a retry asks anew.",
    ),
    "internal": Explanation(
        "A fault on this server kept the run from being sent",
        f"The server's log says what it was. Retry, or edit the run. {UNCHARGED}",
    ),
    "deadline": Explanation(
        "The provider did not finish in time",
        "It may still finish, and be billed. Check again costs nothing.",
    ),
    "failed": Explanation(
        "The provider reported that the run failed",
        f"Read its message, then retry or edit. {REFUNDED}",
    ),
}
# What differs where a server that was set up here answered, instead of WaveSpeedAI.
AT_A_SERVER = {
    "not_sent": Explanation(
        "The server could not be reached",
        f"See that it is running, and its address in Settings, then retry. {UNCHARGED}",
    ),
    "key": Explanation(
        "The server does not let this playground in",
        f"Set its key in Settings, then retry. {UNCHARGED}",
    ),
    "credit": Explanation(
        "The account at the server has no credit left", f"Top it up there, then retry. {UNCHARGED}"
    ),
    "not_found": Explanation(
        "The server does not have this model",
        f"Choose another model, or see whether the address in Settings is right. {UNCHARGED}",
    ),
    "failed": Explanation(
        "The server reported that the run failed",
        "Read its message, then retry or edit. It may have been billed.",
    ),
}
READ_HERE = {
    "failed": Explanation(
        "The text reader read nothing",
        f"Run again, send a smaller image, or choose a model. {UNCHARGED}",
    ),
    "broken_off": Explanation(
        "Reading ended before its end",
        f"What had been read is shown below. Run again for the rest. {UNCHARGED}",
    ),
}
READING_LOST = Explanation(
    "The worker was stopped before it began to read", f"Run again. {UNCHARGED}"
)
UNKNOWN = Explanation(
    "It cannot be known whether the provider accepted this run",
    "It may have been billed. It is not sent again by itself. "
    "Look it up, or look at your runs at the provider, before you send it again.",
)
STOPPED_WAITING = Explanation(
    "You stopped waiting for this run",
    "The provider may still finish it, and bill it. Check again costs nothing.",
)
UNKNOWN_AT_A_SERVER = Explanation(
    UNKNOWN.title,
    "It may have been billed. It is not sent again by itself. "
    "Read what the server says, here or in its log, before you send it again.",
)
REFUSED = Explanation(
    "The provider does not say what came of this run",
    "It may have finished, and be billed. See to what the provider's message names, such as the "
    "key in Settings, then check again: that costs nothing.",
)
CLOSED = Explanation(
    "You stopped this run",
    "The connection to the server was closed. What had arrived is kept; it may have been billed.",
)
NOT_STARTED = Explanation("Cancelled before it was sent", UNCHARGED)
CANCELLED_THERE = Explanation(
    "The provider cancelled this run", "Retry it, or look at your runs at the provider."
)


def explain(run: Run) -> Explanation | None:
    """Return the words for a run that ended without an answer; None for any other."""
    if run.provider == THIS_MACHINE and not run.is_sealed:
        return _explain_reading(run)
    at_server = run.provider not in {WAVESPEED, DEMO} and not run.is_sealed
    if run.status == RunStatus.FAILED:
        usual = FAILURES.get(run.error_kind, FAILURES["failed"])
        return AT_A_SERVER.get(run.error_kind, usual) if at_server else usual
    if run.status == RunStatus.UNKNOWN:
        if run.error_kind == RESULT_REFUSED:
            return REFUSED
        return UNKNOWN_AT_A_SERVER if at_server else UNKNOWN
    if run.status == RunStatus.CANCELLED:
        return _cancelled(run)
    return None


def _explain_reading(run: Run) -> Explanation | None:
    if run.status == RunStatus.FAILED:
        return READ_HERE.get(run.error_kind) or FAILURES.get(run.error_kind, READ_HERE["failed"])
    if run.status == RunStatus.CANCELLED:
        return Explanation(CLOSED.title, UNCHARGED)
    return READING_LOST if run.status == RunStatus.UNKNOWN else None


def _cancelled(run: Run) -> Explanation:
    if run.error_kind:
        return CANCELLED_THERE
    if not run.prediction_id:
        return NOT_STARTED
    return STOPPED_WAITING if keeps_answers(run.provider) else CLOSED


def may_ask_again(run: Run) -> bool:
    """Whether the provider may hold an answer that was not waited for."""
    given_up = run.status == RunStatus.CANCELLED and not run.error_kind
    unanswered = run.error_kind in {"deadline", RESULT_REFUSED}
    waited_for = bool(run.prediction_id) and (given_up or unanswered)
    return waited_for and keeps_answers(run.provider)
