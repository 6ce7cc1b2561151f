"""The forms of Settings: a key of the provider."""

from __future__ import annotations

from django import forms
from django.core.validators import RegexValidator

from playground.known_keys import SHORTEST

LONGEST = 500
# Quotes, backslashes and angle brackets are written in many ways: the log could not find them.
SENDABLE = RegexValidator(
    r"\A[A-Za-z0-9!#$%()*+,./:;=?@\[\]^_{|}~-]+\Z",
    "A key has letters, digits and signs without spaces or quotes. Copy it again.",
)


class SecretField(forms.CharField):
    """A key. What was typed is never written back into the page."""

    widget = forms.PasswordInput

    def __init__(self, *, required: bool = True) -> None:
        super().__init__(
            required=required,
            min_length=SHORTEST,
            max_length=LONGEST,
            validators=[SENDABLE],
            error_messages={
                "required": "Enter a key.",
                "min_length": f"A key has at least {SHORTEST} characters. Copy all of it.",
                "max_length": f"A key has at most {LONGEST} characters. Copy the key alone.",
            },
        )


class KeyForm(forms.Form):
    key = SecretField()
