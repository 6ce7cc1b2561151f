"""Encrypts what the database keeps secret: keys of providers and servers.

Leaves to services/keys.py whose key it is. What KEY_ENCRYPTION_KEYS and SECRET_KEY say is stretched
by HKDF; the first of them encrypts, each of them decrypts.
"""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"vision-playground stored keys"


class UnreadableError(Exception):
    """It was encrypted with a key that is configured no more."""


def encrypt(text: str) -> str:
    return _fernet().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Return the text. Raises UnreadableError."""
    try:
        return _fernet().decrypt(token.encode()).decode()
    except InvalidToken:
        raise UnreadableError from None


def renew(token: str) -> str:
    """Return the same, encrypted with the first key. Raises UnreadableError."""
    try:
        return _fernet().rotate(token.encode()).decode()
    except InvalidToken:
        raise UnreadableError from None


def _fernet() -> MultiFernet:
    return _made((*settings.KEY_ENCRYPTION_KEYS, settings.SECRET_KEY))


@lru_cache(maxsize=4)
def _made(secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_stretched(secret)) for secret in secrets])


def _stretched(secret: str) -> bytes:
    derived = HKDF(SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
