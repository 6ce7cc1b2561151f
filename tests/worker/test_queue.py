"""Messages of a queue that others may reach are taken when we signed them, and never otherwise."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

import pytest
from huey.registry import Message

from playground.storage.databases import POSTGRES
from playground.worker.queue.serializer import Sha256Serializer
from playground.worker.queue.settings import queue_settings

if TYPE_CHECKING:
    from pathlib import Path

MESSAGE = Message("id", "carry", None, 0, 0, ("run",), {}, None, None)


def serializer(secret: str = "s" * 50) -> Sha256Serializer:
    return Sha256Serializer(secret=secret, salt="playground.worker.queue.settings")


def test_a_message_is_signed_with_sha_256() -> None:
    body, _, mark = serializer().serialize(MESSAGE).rpartition(b":")
    key = hashlib.sha256(b"playground.worker.queue.settings" + b"s" * 50).digest()
    assert mark.decode() == hmac.new(key, body, hashlib.sha256).hexdigest()
    assert serializer().deserialize(body + b":" + mark) == MESSAGE


def test_what_was_changed_or_signed_by_others_is_not_opened() -> None:
    signed = serializer().serialize(MESSAGE)
    for other in (b"x" + signed, signed[:-1], signed.rpartition(b":")[0]):
        with pytest.raises(ValueError, match=r"ignature|eparator"):
            serializer().deserialize(other)
    with pytest.raises(ValueError, match="mismatch"):
        serializer("another").deserialize(signed)


@pytest.mark.parametrize("redis", ["redis://localhost/0", ""])
def test_every_queue_that_others_may_reach_is_signed(redis: str, tmp_path: Path) -> None:
    rows = {"ENGINE": POSTGRES, "NAME": "p"}
    made = queue_settings(redis_url=redis, database=rows, data_dir=tmp_path, threads=1, secret="s")
    assert isinstance(made["serializer"], Sha256Serializer)
