"""Making a token: what it is for."""

from __future__ import annotations

from django import forms

from playground.api.models import MAX_NAME_LENGTH


class TokenForm(forms.Form):
    name = forms.CharField(
        max_length=MAX_NAME_LENGTH,
        error_messages={
            "required": "Say what the token is for.",
            "max_length": f"A name has at most {MAX_NAME_LENGTH} characters. Shorten it.",
        },
    )
