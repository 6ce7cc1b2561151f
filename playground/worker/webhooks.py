"""Webhooks: the provider says that a prediction has ended. A hint to look now, never the answer.

The answer is always read with our own key. What a signed call proves is that a prediction exists
for the run whose address was called, and that settles a submission of unknown outcome.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from playground.providers.endpoint import WAVESPEED
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.storage.writes import orderly_writes
from playground.web.params import number_or_none
from playground.worker.queue.dispatch import dispatch, dispatch_look

if TYPE_CHECKING:
    import uuid

logger = logging.getLogger(__name__)

MAX_CLOCK_SKEW_SECONDS = 300  # between the signature and its arrival, in both directions
VERSION = "v3,"
UNSETTLED = [RunStatus.UNKNOWN, RunStatus.SUBMITTING]


def is_on() -> bool:
    return bool(settings.WEBHOOK_URL and settings.WEBHOOK_SECRET)


def address_for(run: Run) -> str:
    """Return the address that the provider may call about this run; empty where it may not."""
    if not is_on() or run.provider != WAVESPEED or run.own_key:  # signed for another account
        return ""
    return str(settings.WEBHOOK_URL) + reverse("webhook", args=[run.pk])


def signature(call_id: str, timestamp: str, body: bytes) -> str:
    """Return what the header of an authentic call holds."""
    key = settings.WEBHOOK_SECRET.removeprefix("whsec_").encode()  # the text itself, not base64
    signed = f"{call_id}.{timestamp}.".encode() + body
    return VERSION + hmac.new(key, signed, hashlib.sha256).hexdigest()


def is_authentic(call_id: str, timestamp: str, given: str, body: bytes, now: float) -> bool:
    """Whether the provider signed this call, lately."""
    signed_at = number_or_none(timestamp, 12)
    if signed_at is None or abs(now - signed_at) > MAX_CLOCK_SKEW_SECONDS:
        return False
    expected = signature(call_id, timestamp, body)
    return hmac.compare_digest(expected.encode(), given.encode())


def take_in(run_id: uuid.UUID, prediction_id: str, status: str) -> None:
    """Do what a signed call asks for, once for each prediction and status."""
    run = Run.objects.filter(pk=run_id, provider=WAVESPEED).first()
    if not run:
        return
    if run.status in UNSETTLED and run.link(prediction_id, proven=True):
        logger.info("run %s: a webhook proves prediction %s", run.pk, prediction_id)
        dispatch(run.pk)
    elif _is_news(run, prediction_id, status):
        dispatch_look(run.pk)


def _is_news(run: Run, prediction_id: str, status: str) -> bool:
    """Whether this is the first call about this prediction in this status. At most one wins."""
    hint = f"{prediction_id} {status}"
    awaited = Q(pk=run.pk, status=RunStatus.PROCESSING, prediction_id=prediction_id)
    with orderly_writes():
        return Run.objects.filter(awaited).exclude(hinted=hint).update(hinted=hint) == 1
