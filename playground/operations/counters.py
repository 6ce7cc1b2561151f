"""Counts what no row tells: polls that were answered, presses that a limit refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

POLLS = {"run-status", "comparison-status"}
TOO_MANY = 429


def count(request: HttpRequest, response: HttpResponse) -> None:
    """Count one answered request. A view that refuses for a limit names it as `response.limit`."""
    if not settings.METRICS_TOKEN:
        return
    from playground.operations import metrics  # not loaded where it is off

    match = request.resolver_match
    if match and match.url_name in POLLS:
        metrics.polls.inc()
    if response.status_code == TOO_MANY:
        metrics.refused.labels(limit=getattr(response, "limit", "other")).inc()
