"""Making a token: what it is for."""

from __future__ import annotations

from django import forms

from playground.api.models import LONGEST_NAME


class TokenForm(forms.Form):
    name = forms.CharField(
        max_length=LONGEST_NAME,
        error_messages={
            "required": "Say what the token is for.",
            "max_length": f"A name has at most {LONGEST_NAME} characters. Shorten it.",
        },
    )
