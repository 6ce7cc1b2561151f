"""Who asks: everybody at this machine, or an account that signed in. Strangers stay outside."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject

from playground.accounts import refusals
from playground.accounts.projects.models import WORKING, Membership, Role
from playground.accounts.sessions import end_if_idle
from playground.accounts.visibility import NotAllowedHereError
from playground.config.access_modes import ACCOUNTS
from playground.storage.prepared import Prepared
from playground.web.client_address import is_this_machine
from playground.web.fragments import with_words
from playground.web.unavailable import busy

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from playground.accounts.models import Account

# Asked once by every request that reads runs.
ROLES = Prepared(
    lambda account: Membership.objects.filter(account=account).values_list("project", "role")
)


@dataclass(frozen=True)
class Visitor:
    """Local: no sign-in, everything is theirs. Neither local nor an account: a stranger.

    half_way: who is a stranger until the second factor is set up that is asked of everybody.
    """

    account: Account | None = None
    local: bool = False
    half_way: Account | None = None

    @property
    def is_stranger(self) -> bool:
        return not self.local and self.account is None

    @property
    def keeps_site(self) -> bool:
        """Whether this one may change what holds for everybody: keys, servers, people."""
        return self.local or bool(self.account and self.account.is_administrator)

    @property
    def account_id(self) -> int | None:
        return self.account.pk if self.account else None

    @cached_property
    def projects(self) -> dict[int, str]:
        """The projects that this one belongs to, each with the role there."""
        return dict(ROLES.rows(account=self.account.pk)) if self.account else {}

    def works_in(self, project_id: int | None) -> bool:
        return project_id is not None and self.projects.get(project_id) in WORKING

    def keeps(self, project_id: int) -> bool:
        return self.projects.get(project_id) == Role.KEEP


class VisitorMiddleware:
    """Sets `request.visitor`, and lets strangers only into views marked `login_not_required`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.local = settings.ACCESS != ACCOUNTS

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self.local:
            request.visitor = Visitor(local=True)  # type: ignore[attr-defined]
            return (
                self.get_response(request) if is_this_machine(request) else refusals.local(request)
            )
        # Lazy: a public address asks for no session, and gets no row read for it.
        request.visitor = SimpleLazyObject(lambda: _signed_in(request))  # type: ignore[attr-defined]
        response = self.get_response(request)
        # Back after signing out must not show what was on the page.
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    def process_view(
        self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        if self.local or not getattr(view, "login_required", True):
            return None
        try:
            half_way, stranger = visitor_of(request).half_way, visitor_of(request).is_stranger
        except (OperationalError, InterfaceError) as error:
            request.visitor = Visitor()  # type: ignore[attr-defined]
            return busy(request, error)
        if not half_way:
            return refusals.sign_in_first(request) if stranger else None
        if not getattr(view, "is_open_half_way", False):
            return refusals.add_factor_first(request)
        request.visitor = Visitor(account=half_way)  # type: ignore[attr-defined]
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A member who may see something and not do this with it is told who may."""
        if not isinstance(error, NotAllowedHereError):
            return None
        words = str(error)
        page = render(request, "errors/not_allowed_here.html", {"words": words}, status=403)
        return with_words(page, words)


def _signed_in(request: HttpRequest) -> Visitor:
    account = getattr(request, "user", None)
    signed_in = account is not None and account.is_authenticated and not end_if_idle(request)
    if not signed_in:
        return Visitor()
    half_way = getattr(account, "lacks_factor", False)
    known = cast("Account", account)
    return Visitor(half_way=known) if half_way else Visitor(account=known)


def visitor_of(request: HttpRequest) -> Visitor:
    """Return who asks; a stranger where the middleware did not say."""
    return getattr(request, "visitor", None) or Visitor()
