"""Measures for Prometheus: with the token, or for an administrator; else no such page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from playground.accounts.visitor import visitor_of

if TYPE_CHECKING:
    from django.http import HttpRequest


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
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
