"""`/healthz`, for load balancers, and measures for Prometheus."""

import logging

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from playground.accounts.visitor import visitor_of
from playground.operations import trials
from playground.worker.models import Worker

logger = logging.getLogger(__name__)
WAIT_SECONDS = 2.0


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Whether database, queue and storage work, and a worker was heard of. Says nothing else.

    503 where one of the three does not; its setting and server are named in the log alone.
    """
    verdicts = trials.verdicts(WAIT_SECONDS)
    for verdict in verdicts.values():
        if not verdict.works:
            logger.warning("%s", verdict.words)
    worker = verdicts["database"].works and Worker.objects.alive().exists()
    said = {name: verdict.brief for name, verdict in verdicts.items()}
    said["worker"] = "ok" if worker else "none"
    works = all(verdict.works for verdict in verdicts.values())
    return JsonResponse(said, status=200 if works else 503)


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """With the token, or for an administrator; else no such page."""
    if not settings.METRICS_TOKEN or not (_has_token(request) or _is_administrator(request)):
        raise Http404
    from playground.operations.metrics import exposition  # not loaded where it is off

    response = HttpResponse(exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response


def _has_token(request: HttpRequest) -> bool:
    sent = request.headers.get("Authorization", "")
    return constant_time_compare(sent, f"Bearer {settings.METRICS_TOKEN}")


def _is_administrator(request: HttpRequest) -> bool:
    account = visitor_of(request).account
    return bool(account and account.is_staff)
