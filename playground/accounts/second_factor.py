"""The secrets of second factors, encrypted for their account, and the forms that add one."""

from typing import Any

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import get_totp_secret
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from playground.accounts.models import SignInPolicy
from playground.accounts.sign_in_forms import WRONG_CODE, CredentialField, odd_credentials_refused
from playground.storage.encryption import UnreadableError, decrypt, encrypt, renew
from playground.storage.writes import orderly_writes

SECRETS = ("secret", "seed")  # in the rows of an app and of recovery codes
HIDDEN = ~Q(type=Authenticator.Type.WEBAUTHN)
MAX_PASSKEYS = 20
MAX_NAME = 60
TOO_MANY = f"There are {MAX_PASSKEYS} passkeys. Remove one of them first."
LAST_ONE = "Required here. Add another before you remove this one."
UNREADABLE = (
    "This code cannot be checked: it was set up with a key that the server has no more. "
    "Use a passkey, or ask the person who runs it."
)


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": WRONG_CODE,
        "cannot_delete_authenticator": LAST_ONE,
    }

    def encrypt(self, text: str) -> str:
        return encrypt(text, place_for(_asked_for()))

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return decrypt(encrypted_text, place_for(_asked_for()))
        except UnreadableError:
            raise ValidationError(UNREADABLE) from None

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last one, where one is asked of everybody."""
        others = Authenticator.objects.filter(user=authenticator.user_id).exclude(
            Q(pk=authenticator.pk) | Q(type=Authenticator.Type.RECOVERY_CODES)
        )
        asked = SignInPolicy.objects.filter(second_factor=True).exists()
        return others.exists() or not asked

    def generate_authenticator_name(self, *_whose: Any) -> str:
        return "Passkey"


def _asked_for() -> int:
    """Return whose factor it is: of who is signed in, or has come as far as the second step."""
    request = context.request
    asks = request.user if request.user.is_authenticated else request._login_stage.login.user
    return int(asks.pk)


def place_for(account_id: int) -> str:
    """Return what ties a secret to its account: in the row of another it cannot be read."""
    return f"mfa_authenticator/{account_id}"


def rotate() -> tuple[int, int]:
    """Encrypt every secret anew. Returns how many were, and how many cannot be read."""
    with orderly_writes(), transaction.atomic():
        found = [_renewed(row) for row in Authenticator.objects.select_for_update().filter(HIDDEN)]
    return sum(found), len(found) - sum(found)


def _renewed(row: Authenticator) -> bool:
    name = next(one for one in SECRETS if one in row.data)
    try:
        row.data[name] = renew(row.data[name], place_for(row.user_id))
    except UnreadableError:
        return False
    row.save(update_fields=["data"])
    return True


class SetUpForm(ActivateTOTPForm):
    """The key stays the same however often it is drawn: in two tabs, and after a reload."""

    code = forms.CharField(max_length=20, error_messages={"required": "Enter the code."})

    def __init__(self, *given: Any, user: AbstractBaseUser, **more: Any) -> None:
        forms.Form.__init__(self, *given, **more)
        self.user = user
        self.secret = get_totp_secret()


class RenamePasskeyForm(EditWebAuthnForm):
    name = forms.CharField(max_length=MAX_NAME, error_messages={"required": "Enter a name."})


class AddPasskeyForm(AddWebAuthnForm):
    name = forms.CharField(max_length=MAX_NAME, required=False)
    credential = CredentialField()

    def clean(self) -> dict[str, Any]:
        kept = Authenticator.objects.filter(user=self.user, type=Authenticator.Type.WEBAUTHN)
        if kept.count() >= MAX_PASSKEYS:
            raise ValidationError(TOO_MANY)
        with odd_credentials_refused():
            data: dict[str, Any] = super().clean()
        return data
