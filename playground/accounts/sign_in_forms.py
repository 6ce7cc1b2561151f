"""The steps of a sign-in: a name with its password, a code of the second factor, a passkey."""

import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, cast

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm, LoginWebAuthnForm
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from playground.accounts.adapter import REMEMBER
from playground.accounts.forms import PasswordField
from playground.accounts.sign_in import forget_codes, note_code
from playground.storage.writes import orderly_writes

WRONG = "The username or password is not right."
WRONG_CODE = "This code is not right. Codes change every 30 seconds; type the one shown now."
NO_PASSKEY = "This passkey opens nothing here. Try again, or sign in another way."
STEP_SECONDS = 30
MAX_CREDENTIAL = 64 * 1024  # characters
# What the library raises, by where it is in bytes that are none of a passkey's.
UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, RecursionError, struct.error)


class SignInForm(forms.Form):
    username = forms.CharField(max_length=254, error_messages={"required": "Enter your username."})
    password = PasswordField()
    remember = forms.BooleanField(required=False)

    def __init__(self, *given: Any, request: HttpRequest, **more: Any) -> None:
        super().__init__(*given, **more)
        self.request = request

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                self.account = self._authenticated(data["username"], data["password"])
            except ValidationError as refused:
                self.add_error("password", refused)
        return data

    def _authenticated(self, username: str, password: str) -> Any:
        """Raises TooManyAttempts before looking at the password."""
        found = get_adapter().authenticate(self.request, username=username, password=password)
        if not found:
            raise ValidationError(WRONG)
        return found

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        request.session[REMEMBER] = self.cleaned_data["remember"]
        request.session.set_expiry(settings.ACCOUNT_LOGIN_TIMEOUT)  # until all steps are done
        login = Login(self.account, redirect_url=redirect_url)
        return cast("HttpResponse", perform_password_login(request, {}, login))


class CodeForm(AuthenticateForm):
    """A code of the app, or a recovery code."""

    code = forms.CharField(max_length=20, error_messages={"required": "Enter the code."})

    def clean_code(self) -> str:
        note_code(self.user)
        code: str = super().clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP and not _take(self.authenticator):
            raise ValidationError(WRONG_CODE)
        forget_codes(self.user)
        return code


def _take(app: Authenticator) -> bool:
    """Use up the code of this half minute: allauth itself knows what this one process has seen."""
    now = timezone.now()
    began = now - timedelta(seconds=time.time() % STEP_SECONDS)
    unused = Q(last_used_at=None) | Q(last_used_at__lt=began)
    with orderly_writes():
        return bool(Authenticator.objects.filter(unused, pk=app.pk).update(last_used_at=now))


@contextmanager
def odd_credentials_refused() -> Iterator[None]:
    try:
        yield
    except UNREADABLE:
        raise ValidationError(NO_PASSKEY) from None


class CredentialField(forms.JSONField):
    """What a browser says of a passkey."""

    def to_python(self, value: Any) -> Any:
        if value and len(value) > MAX_CREDENTIAL:
            raise ValidationError(NO_PASSKEY)
        with odd_credentials_refused():
            return super().to_python(value)


class PasskeyForm(LoginWebAuthnForm):
    credential = CredentialField()

    def clean_credential(self) -> Authenticator:
        with odd_credentials_refused():
            return super().clean_credential()


class PasskeyStepForm(AuthenticateWebAuthnForm):
    credential = CredentialField()

    def clean_credential(self) -> Authenticator:
        with odd_credentials_refused():
            return super().clean_credential()
