"""The steps of a sign-in as pages: password, passkey, second factor, the password once more.

They are allauth's views with our pages, limits and statuses. Imported with the first request for
one: what reads passkeys takes 9 MB.
"""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.account.views import LoginView, ReauthenticateView
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import (
    begin_authentication,
    clear_state,
    get_server,
    set_state,
)
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.conf import settings
from django.core import signing
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from fido2.webauthn import UserVerificationRequirement

from playground.accounts.forms import give_status
from playground.accounts.models import Account
from playground.accounts.refusals import next_address
from playground.accounts.sign_in import TooManyAttempts, forget_asking, note_asking
from playground.accounts.sign_in_forms import NO_PASSKEY, SignInForm

QUESTION_SECONDS = 12 * 60 * 60  # a page that lay open overnight is asked anew
READ, ACT = ("GET", "HEAD"), ("POST",)
BOTH = (*READ, *ACT)


def answered(view: Callable[..., Any], methods: tuple[str, ...] = BOTH) -> Callable[..., Any]:
    """Give a view of allauth our statuses; its own are 200 for a refused form and 302 else."""

    @require_http_methods(methods)
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response: HttpResponse = view(request, *args, **kwargs)
        except ReauthenticationRequired:
            response = suspend_request(request, reverse("account_reauthenticate"))
        if response.status_code == 302:
            response.status_code = 303
        elif request.method == "POST" and isinstance(response, TemplateResponse):
            given = response.context_data or {}
            give_status(response, *filter(None, map(given.get, ("form", "webauthn_form"))))
        return response

    return answer


class Door:
    """What the sign-in page shows, whichever way was tried."""

    request: HttpRequest
    template_name = "accounts/sign_in.html"

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        form = given.get("form") or SignInForm(request=self.request)
        return {
            "form": form,
            "focus_name": not form.is_bound,
            "next": next_address(self.request),
            "host": self.request.get_host(),
            "elsewhere": settings.OIDC,
            "nobody_yet": not Account.objects.exists(),
            **passkey_question(self.request),
            **given,
        }


class SignIn(Door, LoginView):
    """Leads back to where a stranger wanted to go, on this host only."""

    form_class = SignInForm


def passkey_question(request: HttpRequest) -> dict[str, str]:
    """Return what a device is to sign, and the same signed by us: the page asks for it without a
    press, and strangers who look at a page get no session.
    """
    options, state = get_server().authenticate_begin(
        credentials=[], user_verification=UserVerificationRequirement.REQUIRED
    )
    signed = signing.dumps(state, salt=_only_here(request))
    return {"request_options": json.dumps(dict(options)), "question": signed}


def _only_here(request: HttpRequest) -> str:
    """A purpose for signatures that hold for this browser, and end at its next sign-in."""
    get_token(request)
    return f"playground.passkey {request.META['CSRF_COOKIE']}"


class PasskeySignIn(Door, LoginWebAuthnView):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = request.POST.get("question", "")
        try:
            note_asking(request)
            set_state(signing.loads(asked, salt=_only_here(request), max_age=QUESTION_SECONDS))
        except TooManyAttempts as closed:
            return self.refused(closed.messages[0], 429)
        except signing.BadSignature:
            return self.refused(NO_PASSKEY, 422)
        return cast("HttpResponse", super().post(request, *args, **kwargs))

    def form_valid(self, form: BaseForm) -> HttpResponse:
        forget_asking(self.request)
        return cast("HttpResponse", super().form_valid(form))

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        clear_state()
        return self.refused(NO_PASSKEY, 422)

    def refused(self, words: str, status: int) -> HttpResponse:
        context = self.get_context_data(passkey_error=words)
        return render(self.request, self.template_name, context, status=status)


class SecondFactor(AuthenticateView):
    """Nothing else of the site opens before it."""

    template_name = "accounts/second_factor.html"

    def get_context_data(self, **_given: Any) -> dict[str, Any]:
        account = self.stage.login.user
        kinds = Authenticator.objects.filter(user=account).values_list("type", flat=True)
        has_passkey = Authenticator.Type.WEBAUTHN in kinds
        return {
            "form": self.auth_form,
            "webauthn_form": self.webauthn_form,
            "passkey_error": NO_PASSKEY if self.webauthn_form.errors else "",
            "has_app": Authenticator.Type.TOTP in kinds,
            "request_options": json.dumps(begin_authentication(account)) if has_passkey else "",
            "host": self.request.get_host(),
        }


class ConfirmPassword(ReauthenticateView):
    """Whoever sits at an open session has to know the password too, before what opens others."""

    template_name = "accounts/confirm_password.html"


enter = answered(SignIn.as_view())
enter_with_passkey = answered(PasskeySignIn.as_view(), ACT)
second_factor = answered(SecondFactor.as_view())
confirm_password = answered(ConfirmPassword.as_view())
