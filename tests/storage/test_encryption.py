"""What is encrypted can be read at its place alone, and what an older release encrypted too."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from playground.connections.models import StoredKey
from playground.storage.encryption import UnreadableError, decrypt, encrypt, place_of, renew

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

PLACE = "table/1/field"
TEXT = "own-key-of-mira-0123456789"
# Encrypted by the release before, Fernet, with a SECRET_KEY of sixty times s.
OLD_KEY = "s" * 60
OLD = (
    "gAAAAABrDNzMbWInCOukbmUeDk4STNvUCJC48abjaq8enoz5qBqG-A5kYmJGdAs7rJepGrgUpNxNtrtj2yoO8QzB"
    "kbu2TNi16SKw9ScvxRChe2jB1hexKRo="
)


def test_what_was_encrypted_is_read_again() -> None:
    for text in (TEXT, "", "läng å 🌲", "a\nb\x00"):
        assert decrypt(encrypt(text, PLACE), PLACE) == text


def test_the_same_text_never_looks_the_same() -> None:
    assert encrypt(TEXT, PLACE) != encrypt(TEXT, PLACE)


@pytest.mark.parametrize("place", ["table/2/field", "table/1/other", "other/1/field", ""])
def test_a_value_does_not_decrypt_at_another_place(place: str) -> None:
    with pytest.raises(UnreadableError):
        decrypt(encrypt(TEXT, PLACE), place)


def test_every_bit_that_is_changed_shows() -> None:
    data = base64.urlsafe_b64decode(encrypt(TEXT, PLACE).partition(":")[2])
    for at in range(len(data)):
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        with pytest.raises(UnreadableError):
            decrypt("aesgcm:" + base64.urlsafe_b64encode(changed).decode(), PLACE)


@pytest.mark.parametrize("token", ["", "aesgcm:", "aesgcm:AAAA", "aesgcm:å", "nonsense", "gAAAA"])
def test_what_is_no_token_is_unreadable(token: str) -> None:
    with pytest.raises(UnreadableError):
        decrypt(token, PLACE)


def test_each_of_the_keys_reads_and_the_first_encrypts(settings: SettingsWrapper) -> None:
    before = encrypt(TEXT, PLACE)
    settings.KEY_ENCRYPTION_KEYS = ["n" * 40]
    after = renew(before, PLACE)
    assert decrypt(before, PLACE) == TEXT
    settings.SECRET_KEY = "x" * 60
    assert decrypt(after, PLACE) == TEXT
    with pytest.raises(UnreadableError):
        decrypt(before, PLACE)


def test_what_an_older_release_encrypted_is_read_and_turned(settings: SettingsWrapper) -> None:
    settings.SECRET_KEY = OLD_KEY
    assert decrypt(OLD, PLACE) == TEXT
    renewed = renew(OLD, PLACE)
    assert renewed.startswith("aesgcm:")
    with pytest.raises(UnreadableError):
        decrypt(renewed, "elsewhere")


def test_a_row_without_a_primary_key_is_refused() -> None:
    with pytest.raises(ValueError, match="saved before"):
        place_of(StoredKey(provider="wavespeed"), "value")
