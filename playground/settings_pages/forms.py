"""The forms of Settings: a key of the provider, a server, a token of a program."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from django import forms
from django.core.validators import RegexValidator

from playground.api.models import MAX_NAME_LENGTH, Scope
from playground.config.environment import HEADER
from playground.config.log_redaction import MIN_KEY_LENGTH
from playground.connections.models import StoredKey
from playground.connections.servers import free_slug
from playground.providers.kinds import KINDS, OPENAI, address_of, typed

if TYPE_CHECKING:
    from django.http import QueryDict

    from playground.connections.models import SavedServer
    from playground.connections.servers import Headers

MAX_KEY_LENGTH = 500
VALUE = re.compile(r"[\x20-\x7e]{1,1000}")
OURS = {"host", "content-length", "content-type", "transfer-encoding", "connection"}
NAME = "This name is taken or has no letters a to z. Choose another one."
ADDRESS = "This is not an address. Write it like http://127.0.0.1:11434, without name or password."
HEADERS = "A line is not readable. Write each as Name: value."
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
            min_length=MIN_KEY_LENGTH,
            max_length=MAX_KEY_LENGTH,
            validators=[SENDABLE],
            error_messages={
                "required": "Enter a key.",
                "min_length": f"A key has at least {MIN_KEY_LENGTH} characters. Copy all of it.",
                "max_length": f"A key has at most {MAX_KEY_LENGTH} characters. Copy the key alone.",
            },
        )


class KeyForm(forms.Form):
    key = SecretField()


LIFETIMES = [("", "Never"), *((str(days), f"After {days} days") for days in (7, 30, 90, 365))]


class TokenForm(forms.Form):
    """Making a token: what it is for, what it may do, and when it ends. Empty: all, and never."""

    name = forms.CharField(
        max_length=MAX_NAME_LENGTH,
        error_messages={
            "required": "Say what the token is for.",
            "max_length": f"A name has at most {MAX_NAME_LENGTH} characters. Shorten it.",
        },
    )
    scope = forms.ChoiceField(
        choices=Scope.choices,
        initial=Scope.RUN,
        required=False,
        error_messages={"invalid_choice": "A token reads, or reads and runs. Choose one."},
    )
    days = forms.TypedChoiceField(
        choices=LIFETIMES,
        initial="90",
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": "A token ends after 7 to 365 days, or never."},
    )


class ServerForm(forms.Form):
    """A server. row: the one to change; what it holds in secret may stay by saying nothing."""

    name = forms.CharField(max_length=60, error_messages={"required": "Enter a name."})
    kind = forms.ChoiceField(
        required=False, error_messages={"invalid_choice": "Choose how it is spoken to."}
    )
    url = forms.CharField(max_length=490, error_messages={"required": "Enter its address."})
    key = SecretField(required=False)
    headers = forms.CharField(max_length=4000, required=False)
    remove_key = forms.BooleanField(required=False)
    remove_headers = forms.BooleanField(required=False)

    def __init__(self, data: QueryDict | None = None, row: SavedServer | None = None) -> None:
        initial = {"name": row.name, "url": row.url} if row else None
        super().__init__(data, initial=initial, prefix="server")
        self.row = row
        self.kinds = [(one, KINDS[one].title) for one in typed()]
        cast("forms.ChoiceField", self.fields["kind"]).choices = self.kinds

    def clean_kind(self) -> str:
        """What a server speaks is chosen once: its runs and its list were made by that."""
        return self.row.kind if self.row else self.cleaned_data["kind"] or OPENAI

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not self.row and not free_slug(name):
            raise forms.ValidationError(NAME)
        return name

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"].strip()
        try:
            parts = urlsplit(url)
            right = parts.scheme in {"http", "https"} and bool(parts.hostname)
            right = right and (parts.port or 1) > 0 and not (parts.query or parts.fragment)
        except ValueError:
            right = False
        if not right or "@" in parts.netloc or not url.isascii() or " " in url:
            raise forms.ValidationError(ADDRESS)
        if self.row and url == self.row.url:  # it was copied with its call, and may not end in /v1
            return url
        return address_of(self.cleaned_data.get("kind", OPENAI), url)

    def clean_headers(self) -> Headers:
        lines = [line.partition(":") for line in self.cleaned_data["headers"].splitlines() if line]
        pairs = tuple((name.strip(), value.strip()) for name, _, value in lines)
        for name, value in pairs:
            if not HEADER.fullmatch(name) or not VALUE.fullmatch(value) or name.lower() in OURS:
                raise forms.ValidationError(HEADERS)
        return pairs

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.row and data.get("url") and origin(data["url"]) != origin(self.row.url):
            self._ask_again(data, self.row)
        return data

    def _ask_again(self, data: dict[str, Any], row: SavedServer) -> None:
        """What is kept in secret for one address does not go to another unseen."""
        has_key = StoredKey.objects.of(row.slug, None).exists()
        if has_key and not data.get("key") and not data.get("remove_key"):
            self.add_error("key", "The address changed. Enter the key again, or remove it.")
        if row.headers and not data.get("headers") and not data.get("remove_headers"):
            self.add_error("headers", "The address changed. Enter these again, or remove them.")

    def values(self) -> dict[str, Any]:
        """Return what to store. None for key or headers: leave them as they are."""
        data = self.cleaned_data
        key, headers = data["key"] or None, data["headers"] or None
        return {
            "name": data["name"],
            "url": data["url"],
            "key": "" if data["remove_key"] and not key else key,
            "headers": () if data["remove_headers"] and not headers else headers,
        }


def origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()
