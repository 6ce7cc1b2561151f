"""Which answers are compressed on their way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import png, upload

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
GZIP = {"accept-encoding": "gzip, br"}


def test_a_page_is_compressed(client: Client) -> None:
    answer = client.get("/", headers=GZIP)
    assert answer["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer["Vary"]


def test_the_same_page_never_has_the_same_length_twice(client: Client) -> None:
    assert len({len(client.get("/", headers=GZIP).content) for _ in range(8)}) > 1


def test_a_short_answer_is_left_as_it_is(client: Client) -> None:
    assert "Content-Encoding" not in client.get("/healthz", headers=GZIP)


def test_a_picture_is_left_as_it_is(client: Client) -> None:
    tile = client.post("/images/", {"image": upload(png(size=(900, 700)))}).content.decode()
    address = tile.partition('src="')[2].partition('"')[0]
    answer = client.get(address, headers=GZIP)
    b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert "Content-Encoding" not in answer
