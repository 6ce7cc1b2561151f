"""Encrypts what the database keeps secret: keys of providers and servers.

Leaves to keys.py whose key it is. What KEY_ENCRYPTION_KEYS and SECRET_KEY say is stretched by
HKDF; the first of them encrypts, each of them decrypts. The library is imported when there is
something to do: it takes 6 MB in each process, and a playground may have no stored key at all.
"""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

PURPOSE = b"vision-playground stored keys"


class UnreadableError(Exception):
    """It was encrypted with a key that is configured no more."""


def encrypt(text: str) -> str:
    return _fernet().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Return the text. Raises UnreadableError."""
    from cryptography.fernet import InvalidToken

    try:
        return _fernet().decrypt(token.encode()).decode()
    except InvalidToken:
        raise UnreadableError from None


def renew(token: str) -> str:
    """Return the same, encrypted with the first key. Raises UnreadableError."""
    from cryptography.fernet import InvalidToken

    try:
        return _fernet().rotate(token.encode()).decode()
    except InvalidToken:
        raise UnreadableError from None


def _fernet() -> MultiFernet:
    return _made((*settings.KEY_ENCRYPTION_KEYS, settings.SECRET_KEY))


@lru_cache(maxsize=4)
def _made(secrets: tuple[str, ...]) -> MultiFernet:
    from cryptography.fernet import Fernet, MultiFernet

    return MultiFernet([Fernet(_stretched(secret)) for secret in secrets])


def _stretched(secret: str) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derived = HKDF(SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
