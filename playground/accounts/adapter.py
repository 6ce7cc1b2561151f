"""What allauth asks this playground when somebody signs in: limits, words, how long it lasts."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib.auth import login

from playground.accounts import sessions
from playground.accounts.refusals import is_ours
from playground.accounts.sign_in import forget_password, note_password
from playground.web.client_address import client_address, client_network
from playground.web.responses import see_other

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from playground.accounts.models import Account

logger = logging.getLogger(__name__)
REMEMBER = "remember"  # in the session of somebody who is half-way in


class AccountAdapter(DefaultAccountAdapter):
    """No mail, no sign-up, no messages: people are invited, and pages say what happened."""

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        note_password(request, credentials["username"])

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Account | None:
        account: Account | None = super().authenticate(request, **credentials)
        if account:
            forget_password(request, credentials["username"])
        return account

    def authentication_failed(self, request: HttpRequest, **_credentials: Any) -> None:
        logger.info("a sign-in from %s failed", client_network(request))

    def login(self, request: HttpRequest, user: Account) -> None:
        """All steps are done. Whoever was shut out between two of them stays out."""
        if not user.is_active:
            raise ImmediateHttpResponse(self.respond_user_inactive(request, user))
        remember = bool(request.session.pop(REMEMBER, False))
        login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
        sessions.begin(request, remember=remember)

    def respond_user_inactive(self, _request: HttpRequest, _user: Account) -> HttpResponse:
        return see_other("sign-in")

    def get_login_stages(self) -> list[str]:
        return ["allauth.mfa.stages.AuthenticateStage"]

    def is_reauthentication_required(self, *, app: str, **_more: Any) -> bool:
        """Whether the last proof of who this is lies too far back.

        Whoever signs in elsewhere alone has no password here to prove it by.
        """
        if not context.request.user.has_usable_password():
            return False
        records = get_authentication_records(context.request, context.request.user)
        newest = max((one["at"] for one in records), default=0.0)
        return time.time() - newest > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        return is_ours(context.request, url)

    def is_ajax(self, _request: HttpRequest) -> bool:
        return False

    def add_message(self, *_words: Any, **_more: Any) -> None:
        pass

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request) or "::"
