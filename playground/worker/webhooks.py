"""Webhooks: the provider says that a prediction has ended. A hint to look now, never the answer.

The answer is always read with our own key. What a signed call proves is that a prediction exists
for the run whose address was called, and that settles a submission of unknown outcome.
"""

import hashlib
import hmac
import logging
import uuid
from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from playground.providers.endpoint import WAVESPEED
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.storage.writes import orderly_writes
from playground.web.params import number_or_none
from playground.worker.queue.dispatch import dispatch, dispatch_look

logger = logging.getLogger(__name__)

MAX_CLOCK_SKEW_SECONDS = 300  # between the signature and its arrival, in both directions
LOOKS_APART = timedelta(seconds=1)  # of a run, however often and by whomever it is called about
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
    else:
        _look_soon(run, prediction_id, status)


def _look_soon(run: Run, prediction_id: str, status: str) -> None:
    """Have a worker look at news: now, or once a second is over since the last look.

    A call that comes while such a look is still to come changes nothing: it will see all there is.
    """
    now, news = timezone.now(), f"{prediction_id} {status}"
    awaited = Q(pk=run.pk, status=RunStatus.PROCESSING, prediction_id=prediction_id)
    told = Run.objects.filter(awaited).exclude(hinted=news)
    long_ago = told.filter(Q(looked_at__isnull=True) | Q(looked_at__lte=now - LOOKS_APART))
    with orderly_writes():
        if long_ago.update(hinted=news, looked_at=now):
            dispatch_look(run.pk)
        elif told.filter(looked_at__lte=now).update(hinted=news, looked_at=now + LOOKS_APART):
            dispatch_look(run.pk, LOOKS_APART.total_seconds())
