"""Lets the audit log know which request something is done by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.accounts.audit.log import audited_request

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


class AuditMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before = audited_request.set(request)
        try:
            return self.get_response(request)
        finally:
            audited_request.reset(before)
