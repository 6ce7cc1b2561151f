"""Who asks: everybody at this machine, or an account that signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from playground.models.account import Account


@dataclass(frozen=True)
class Visitor:
    """Local: no sign-in, everything is theirs. Neither local nor an account: a stranger."""

    account: Account | None = None
    local: bool = False


class VisitorMiddleware:
    """Sets `request.visitor`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.visitor = Visitor(local=True)  # type: ignore[attr-defined]
        return self.get_response(request)


def visitor_of(request: HttpRequest) -> Visitor:
    """Return who asks; a stranger where the middleware did not say."""
    return getattr(request, "visitor", None) or Visitor()
