"""`/healthz`, for load balancers and whoever watches the server."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse
from django.views.decorators.http import require_safe

from playground.operations import trials
from playground.worker.models import Worker

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

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
