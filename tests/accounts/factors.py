"""Second factors as people have them: an app for codes, and a device with a passkey."""

from __future__ import annotations

import json
import os
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from allauth.core.context import request_context
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import sha256, websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from playground.accounts.second_factor import place_for
from playground.storage.encryption import encrypt

if TYPE_CHECKING:
    from django.test import Client

    from playground.accounts.models import Account

VERIFIED = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


class CodeApp:
    """Shows the code of now for one account."""

    def __init__(self, account: Account | None = None, secret: str = "") -> None:
        self.secret = secret or generate_totp_secret()
        if account:
            kept = {"secret": encrypt(self.secret, place_for(account.pk))}
            Authenticator.objects.create(user=account, type=Authenticator.Type.TOTP, data=kept)

    def code(self, seconds: float = 0) -> str:
        return format_hotp_value(hotp_value(self.secret, int(time.time() + seconds) // 30))


def recovery_codes(account: Account) -> list[str]:
    with request_context(SimpleNamespace(user=account)):
        return RecoveryCodes.activate(account).get_unused_codes()


class Device:
    """Holds one passkey, and signs what a page asks for as a browser at that address does."""

    def __init__(self, origin: str = "http://localhost", flags: int = VERIFIED) -> None:
        self.origin, self.flags, self.count = origin, flags, 0
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.id, self.user = os.urandom(16), ""

    def _client_data(self, kind: str, options: dict[str, Any]) -> CollectedClientData:
        return CollectedClientData.create(kind, websafe_decode(options["challenge"]), self.origin)

    def _answer(self, response: dict[str, bytes | str]) -> str:
        name = websafe_encode(self.id)
        coded = {
            key: value if isinstance(value, str) else websafe_encode(value)
            for key, value in response.items()
        }
        kind = {"type": "public-key", "clientExtensionResults": {"credProps": {"rk": True}}}
        return json.dumps({"id": name, "rawId": name, "response": coded, **kind})

    def make(self, options: dict[str, Any]) -> str:
        self.user = options["user"]["id"]
        public = ES256.from_cryptography_key(self.private.public_key())
        made = AttestedCredentialData.create(b"\0" * 16, self.id, public)
        flags = self.flags | AuthenticatorData.FLAG.AT
        data = AuthenticatorData.create(sha256(b"localhost"), flags, self.count, made)
        response = {
            "clientDataJSON": bytes(self._client_data("webauthn.create", options)),
            "attestationObject": bytes(AttestationObject.create("none", data, {})),
        }
        return self._answer(response)

    def sign(self, options: dict[str, Any]) -> str:
        self.count += 1
        client = self._client_data("webauthn.get", options)
        data = AuthenticatorData.create(sha256(b"localhost"), self.flags, self.count)
        signature = self.private.sign(data + client.hash, ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": bytes(client),
            "authenticatorData": bytes(data),
            "signature": signature,
            "userHandle": self.user,
        }
        return self._answer(response)


def passkey(browser: Client, device: Device) -> Authenticator:
    """Add the device's passkey on the page of Settings; returns its row."""
    address = "/settings/signing-in/passkeys/"
    page = browser.get(address, HTTP_HOST="localhost")
    options = json.loads(page.context["creation"])["publicKey"]
    fields = {"name": "Laptop", "credential": device.make(options), "passwordless": "on"}
    answer = browser.post(address, fields, HTTP_HOST="localhost")
    assert answer.status_code == 303, answer.content.decode()
    return Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).latest("pk")
