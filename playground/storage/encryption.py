"""Encrypts what the database keeps secret, for the one place where it is kept.

Leaves to others whose secret it is. What KEY_ENCRYPTION_KEYS and SECRET_KEY say is stretched by
HKDF; the first of them encrypts, each of them decrypts. The library is imported when there is
something to do: it takes 6 MB in each process, and a playground may have no stored key at all.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from django.db.models import Model

PURPOSE = b"vision-playground AES-256-GCM"
FERNET_PURPOSE = b"vision-playground stored keys"
MARK = "aesgcm:"  # what older releases encrypted has none; no Fernet token has a colon
NONCE_BYTES = 12


class UnreadableError(Exception):
    """It was encrypted with a key that is configured no more, or for another place."""


def place_of(row: Model, field: str) -> str:
    """Return what ties a text to its row, which has to have its primary key already."""
    if row.pk is None:
        raise ValueError("A row has to be saved before what it keeps is encrypted.")
    return f"{row._meta.db_table}/{row.pk}/{field}"


def encrypt(text: str, place: str) -> str:
    """Return the text so that it can be decrypted with the same place alone."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = _ciphers(_secrets())[0].encrypt(nonce, text.encode(), place.encode())
    return MARK + base64.urlsafe_b64encode(nonce + sealed).decode()


def decrypt(token: str, place: str) -> str:
    """Return the text; of an older release's, whatever the place. Raises UnreadableError."""
    if not token.startswith(MARK):
        return _from_fernet(token)
    data = _decoded(token.removeprefix(MARK))
    nonce, sealed = data[:NONCE_BYTES], data[NONCE_BYTES:]
    found = (_opened(cipher, nonce, sealed, place) for cipher in _ciphers(_secrets()))
    text = next((one for one in found if one is not None), None)
    if text is None:
        raise UnreadableError
    return text


def renew(token: str, place: str) -> str:
    """Return the same, encrypted with the first key. Raises UnreadableError."""
    return encrypt(decrypt(token, place), place)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise UnreadableError from None


def _opened(cipher: AESGCM, nonce: bytes, sealed: bytes, place: str) -> str | None:
    from cryptography.exceptions import InvalidTag

    try:
        return cipher.decrypt(nonce, sealed, place.encode()).decode()
    except (InvalidTag, ValueError):  # ValueError: what was cut off is too short for a nonce
        return None


def _from_fernet(token: str) -> str:
    from cryptography.fernet import InvalidToken

    try:
        return _fernet(_secrets()).decrypt(token.encode()).decode()
    except InvalidToken:
        raise UnreadableError from None


def _secrets() -> tuple[str, ...]:
    return (*settings.KEY_ENCRYPTION_KEYS, settings.SECRET_KEY)


@lru_cache(maxsize=4)
def _ciphers(keys: tuple[str, ...]) -> list[AESGCM]:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return [AESGCM(_stretched(key, PURPOSE)) for key in keys]


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    from cryptography.fernet import Fernet, MultiFernet

    stretched = (_stretched(key, FERNET_PURPOSE) for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in stretched])


def _stretched(key: str, purpose: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), length=32, salt=None, info=purpose).derive(key.encode())
