"""The forms around accounts: an invitation, a new password. Signing in: sign_in_forms.py."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict

from playground.accounts.models import Account
from playground.accounts.passwords import MAX_LENGTH
from playground.accounts.sign_in import TooManyAttempts

WRONG = "The password is not right. Enter the one you sign in with."
DIFFERENT = "The two passwords differ. Enter the new one twice."


class PasswordField(forms.CharField):
    def __init__(self, **given: Any) -> None:
        words = {"required": "Enter a password."}
        super().__init__(strip=False, max_length=MAX_LENGTH, error_messages=words, **given)


def checked_password(account: Account, password: str) -> str:
    """Return it where it is right. Raises ValidationError; guesses count as at the sign-in."""
    from allauth.account.adapter import get_adapter  # which a local playground does without

    if not get_adapter().reauthenticate(account, password):
        raise ValidationError(WRONG)
    return password


def give_status(response: HttpResponse, *refused: forms.BaseForm) -> HttpResponse:
    """Give a page with refused forms its status: 429 where guessing is closed, else 422."""
    errors = (one for form in refused for many in form.errors.as_data().values() for one in many)
    closed = next((one for one in errors if isinstance(one, TooManyAttempts)), None)
    response.status_code = 429 if closed else 422
    if closed:
        response["Retry-After"] = str(closed.seconds())
    return response


class NewPasswordForm(forms.Form):
    """A password twice, checked for one account."""

    new_password = PasswordField()
    repeated_password = PasswordField()

    def __init__(self, account: Account, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.account = account

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        first, second = data.get("new_password"), data.get("repeated_password")
        if first and second and first != second:
            self.add_error("repeated_password", DIFFERENT)
        elif first:
            self._validate(first)
        return data

    def _validate(self, password: str) -> None:
        try:
            validate_password(password, self.account)
        except ValidationError as error:
            self.add_error("new_password", error)


class ChangePasswordForm(NewPasswordForm):
    """Whoever sits at an open session has to know the password too."""

    current_password = PasswordField()

    def clean_current_password(self) -> str:
        return checked_password(self.account, self.cleaned_data["current_password"])


class InvitedForm(NewPasswordForm):
    """A new account: its name, an email if wanted, a password."""

    username = forms.CharField(max_length=150, error_messages={"required": "Enter a username."})
    email = forms.EmailField(required=False)

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(Account(), data)

    def clean(self) -> dict[str, Any]:
        """Validate the name before the password, which must not be like it."""
        self.account.username = Account.normalize_username(self.cleaned_data.get("username", ""))
        self.account.email = Account.objects.normalize_email(self.cleaned_data.get("email", ""))
        data = super().clean()
        try:
            self.account.full_clean(exclude=["password"])
        except ValidationError as error:
            self._take_over(error)
        return data

    def _take_over(self, error: ValidationError) -> None:
        for name, messages in error.message_dict.items():
            field = name if name in self.fields else None
            if field != "username" or "username" in self.cleaned_data:
                self.add_error(field, messages)


class InvitationForm(forms.Form):
    note = forms.CharField(required=False, max_length=120)
    administrator = forms.BooleanField(required=False)
