"""Signing in through another provider (OpenID Connect), where settings name one.

Who comes for the first time gets an account of their own: an address that somebody typed here
proves nothing, so an account that is there already is connected from inside alone.
"""

from __future__ import annotations

import logging
import re
import time
from typing import TYPE_CHECKING, Any, cast

from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialAccount, SocialApp
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.openid_connect.views import callback
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError, transaction
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from playground.accounts import sessions
from playground.accounts.audit.log import Kind, record
from playground.accounts.members import role_of
from playground.accounts.models import Account
from playground.accounts.refusals import next_address
from playground.accounts.sign_in import TooManyAttempts, forget_asking, note_asking
from playground.accounts.visitor import visitor_of
from playground.providers.transport.bounded import bounded_session
from playground.storage.writes import orderly_writes
from playground.web.responses import see_other

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from playground.config.oidc import Oidc

logger = logging.getLogger(__name__)

WAIT_SECONDS = 5
MAX_ANSWER_BYTES = 1024 * 1024
NOT_LET_IN = "{name} did not let you in. Try again, or ask the person who runs {host}."
AWAY = "{name} does not answer. Try again in a minute, or sign in another way."
NOT_OF_DOMAIN = "Your address is not of a domain that may sign in here."
TAKEN = "An account here has your address. Sign in to it, then connect {name} in Settings."
TOO_WEAK = "{name} let you in with less than is asked for here. Use your second factor there."
NOT_AGAIN = "{name} did not ask you again. Sign out there, then try again."
CONFIRMING = {"confirming": True}
OF_ANOTHER = "This account of {name} belongs to another account here."
# What a provider may answer that the library does not expect.
ODD = (OSError, KeyError, ValueError, TypeError, AttributeError, IntegrityError)


class ElsewhereAdapter(DefaultSocialAccountAdapter):
    """The one provider is the settings'; a row in the database makes no other."""

    def list_apps(self, *_asked: Any, **_more: Any) -> list[SocialApp]:
        one = settings.OIDC
        if not one:
            return []
        how = {"server_url": one.issuer, "oauth_pkce_enabled": True}
        names = {"provider": "openid_connect", "provider_id": one.id, "name": one.name}
        return [SocialApp(client_id=one.client_id, secret=one.client_secret, settings=how, **names)]

    def get_requests_session(self) -> Any:
        return bounded_session(WAIT_SECONDS, MAX_ANSWER_BYTES)

    def on_authentication_error(self, request: HttpRequest, *_what: Any, **more: Any) -> None:
        logger.warning("a sign-in elsewhere failed: %r", more.get("exception") or more.get("error"))
        raise ImmediateHttpResponse(refused(request, NOT_LET_IN))

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        told = sociallogin.account.extra_data
        claims = _checked(request, told)
        if sociallogin.state.get("data") == CONFIRMING:
            raise ImmediateHttpResponse(_confirmed(request, sociallogin, told["id_token"]))
        sociallogin.account.extra_data = {}  # what else is told of a person is not kept
        if sociallogin.is_existing:
            sociallogin.account.save(update_fields=["extra_data"])
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            if sociallogin.is_existing and sociallogin.user != request.user:
                raise ImmediateHttpResponse(refused(request, OF_ANOTHER))
            return
        email = _email(claims)
        if _oidc().domains and email.rpartition("@")[2].lower() not in _oidc().domains:
            raise ImmediateHttpResponse(refused(request, NOT_OF_DOMAIN))
        if sociallogin.is_existing:
            _give_role(sociallogin.user, claims)
            return
        if email and Account.objects.filter(email__iexact=email).exists():
            raise ImmediateHttpResponse(refused(request, TAKEN))
        _fill(sociallogin, email, claims)

    def is_open_for_signup(self, _request: HttpRequest, _sociallogin: Any) -> bool:
        return True

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> Account:
        with orderly_writes(), transaction.atomic():
            account: Account = super().save_user(request, sociallogin, form)
            record(Kind.PERSON_MADE, by=account.pk, subject=account.pk, detail=role_of(account))
        logger.info("account %s was made for somebody of %s", account.pk, _oidc().name)
        return account

    def get_connect_redirect_url(self, *_asked: Any) -> str:
        return reverse("mfa_index")


def _oidc() -> Oidc:
    """Return the provider where there is one: without it nothing below is reached."""
    return cast("Oidc", settings.OIDC)


def _checked(request: HttpRequest, told: dict[str, Any]) -> dict[str, Any]:
    """Return the claims, where token and answer are of the same person and our issuer."""
    token, answer = told.get("id_token") or {}, told.get("userinfo") or {}
    ours = str(token.get("iss", "")).rstrip("/") == _oidc().issuer
    if not ours or not token.get("sub") or token["sub"] != answer.get("sub"):
        logger.warning("a sign-in elsewhere was of another issuer or person than it said")
        raise ImmediateHttpResponse(refused(request, NOT_LET_IN))
    if _oidc().strength and not _holds(token, _oidc().strength):
        logger.warning("a sign-in elsewhere was weaker than is asked for")
        raise ImmediateHttpResponse(refused(request, TOO_WEAK))
    return token | answer


def _confirmed(request: HttpRequest, sociallogin: Any, token: dict[str, Any]) -> HttpResponse:
    """Note that whoever is signed in here has just proved there who they are."""
    proved_at = token.get("auth_time")
    ours = sociallogin.is_existing and sociallogin.user == request.user
    if not ours or not isinstance(proved_at, int | float):
        return refused(request, OF_ANOTHER if sociallogin.is_existing else NOT_LET_IN)
    if time.time() - proved_at > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
        return refused(request, NOT_AGAIN)
    record_authentication(request, request.user, method=sessions.ELSEWHERE, reauthenticated=True)
    return see_other(sociallogin.state.get("next") or reverse("settings"))


def _email(claims: dict[str, Any]) -> str:
    """Return the address if the provider says that it is the person's."""
    verified = claims.get("email_verified") in (True, "true")
    return str(claims.get("email") or "") if verified else ""


def _is_administrator(claims: dict[str, Any]) -> bool:
    return _holds(claims, _oidc().administrators)


def _holds(claims: dict[str, Any], asked: tuple[str, str] | None) -> bool:
    """Whether the claim has or holds the value; a dot leads into it, as in realm_access.roles."""
    claim, wanted = asked or ("", "")
    found: Any = claims
    for part in claim.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return bool(wanted) and (wanted in found if isinstance(found, list) else found == wanted)


def _give_role(account: Account, claims: dict[str, Any]) -> None:
    """What the claim says now holds from now on."""
    if not _oidc().administrators:
        return
    role = _is_administrator(claims)
    if role == account.is_staff:
        return
    account.is_staff = account.is_superuser = role
    with orderly_writes(), transaction.atomic():
        account.save(update_fields=["is_staff", "is_superuser"])
        record(Kind.ROLE_CHANGED, by=account.pk, subject=account.pk, detail=role_of(account))


def _fill(sociallogin: Any, email: str, claims: dict[str, Any]) -> None:
    """A name that may be one here; whether it is taken is looked at afterwards."""
    account, wanted = sociallogin.user, str(claims.get("preferred_username") or email)
    account.username = re.sub(r"[^\w.+-]", "-", wanted.partition("@")[0])[:140]
    account.email = email
    account.first_name = account.last_name = ""
    sociallogin.email_addresses = []
    account.is_staff = account.is_superuser = _is_administrator(claims)


def refused(request: HttpRequest, words: str, status: int = 403) -> HttpResponse:
    words = words.format(name=_oidc().name, host=request.get_host())
    inside = not visitor_of(request).is_stranger
    context = {"words": words, "back": reverse("mfa_index" if inside else "sign-in")}
    return render(request, "accounts/elsewhere_refused.html", context, status=status)


@login_not_required
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Send to the provider: a stranger to sign in, somebody who is in to connect that account.

    By a page, since our policy lets forms lead to no other host, by a redirect neither.
    """
    if not settings.OIDC:
        raise Http404
    inside = not visitor_of(request).is_stranger
    confirming = inside and "confirm" in request.POST
    if inside and not confirming:
        raise_if_reauthentication_required(request, app="allauth.socialaccount")
    try:
        note_asking(request)
    except TooManyAttempts as closed:
        return refused(request, closed.messages[0], 429)
    if not inside:
        request.session.set_expiry(settings.ACCOUNT_LOGIN_TIMEOUT)
    process = AuthProcess.CONNECT if inside else AuthProcess.LOGIN
    back = reverse("mfa_index") if inside and not confirming else next_address(request)
    how = {"data": CONFIRMING if confirming else None, "auth_params": _asking(again=confirming)}
    try:
        provider = get_adapter(request).get_provider(request, settings.OIDC.id)
        address = provider.redirect(request, process=process, next_url=back, **how)["Location"]
    except ODD as error:
        logger.warning("the provider of sign-ins does not answer: %s", error)
        return refused(request, AWAY, 422)
    return render(request, "accounts/elsewhere.html", {"address": address, "to": settings.OIDC})


def _asking(*, again: bool) -> dict[str, str]:
    """Return what else the provider is asked for. again: to sign in anew, whoever it knows."""
    claim, value = _oidc().strength or ("", "")
    strong = {"acr_values": value} if claim == "acr" else {}
    return strong | ({"prompt": "login", "max_age": "0"} if again else {})


@login_not_required
@require_safe
def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        response: HttpResponse = callback(request, provider_id=provider_id)
    except ODD as error:
        logger.warning("a sign-in elsewhere could not be read: %r", error)
        return refused(request, NOT_LET_IN)
    if response.status_code in {302, 303}:
        forget_asking(request)
    return response


def connected(account: Account) -> SocialAccount | None:
    """Return by what the account is known to the provider."""
    one = settings.OIDC
    return SocialAccount.objects.filter(user=account, provider=one.id).first() if one else None


def disconnect(account: Account) -> None:
    """Where a password is left to sign in with."""
    if account.has_usable_password():
        with orderly_writes():
            SocialAccount.objects.filter(user=account).delete()
