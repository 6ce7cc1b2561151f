"""What the provider calls when a prediction has ended. Off unless WEBHOOK_URL is set."""

import json
import re
import time
import uuid
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from playground.providers.wavespeed import is_prediction_id
from playground.worker import webhooks

MAX_BODY_BYTES = 2**20  # bytes of a body
STATUS = re.compile(r"[a-z_]{1,30}")


# Beside the API the only address without a CSRF token: the provider has no page of ours to take
# one from. It proves itself by a signature instead, and no cookie gives this address any power.
@login_not_required
@csrf_exempt
@require_POST
def wavespeed(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """204 whatever becomes of it, so that nothing is called again for want of a run."""
    if not webhooks.is_on():
        raise Http404
    if _length(request) > MAX_BODY_BYTES:
        return HttpResponse(status=413)
    body = request.body
    if len(body) > MAX_BODY_BYTES or not _is_authentic(request, body):
        return HttpResponse(status=401)
    prediction_id, status = _named(body)
    if prediction_id:
        webhooks.take_in(run_id, prediction_id, status)
    return HttpResponse(status=204)


def _is_authentic(request: HttpRequest, body: bytes) -> bool:
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    call_id, timestamp, signature = (request.headers.get(name, "") for name in names)
    return webhooks.is_authentic(call_id, timestamp, signature, body, time.time())


def _length(request: HttpRequest) -> int:
    given = request.headers.get("Content-Length", "")
    return int(given) if given.isascii() and given.isdigit() else 0


def _named(body: bytes) -> tuple[str, str]:
    """Return which prediction the body is about and its status; empty where it names neither."""
    try:
        data: Any = json.loads(body)
    except (ValueError, RecursionError):
        return "", ""
    found = data if isinstance(data, dict) else {}
    prediction_id, status = found.get("id"), found.get("status")
    if not isinstance(prediction_id, str) or not is_prediction_id(prediction_id):
        return "", ""
    return prediction_id, status if isinstance(status, str) and STATUS.fullmatch(status) else ""
