"""What a refusal says is kept for people to read, but never with a key in it."""

from __future__ import annotations

import json
import traceback
from typing import TYPE_CHECKING, Any

import pytest

from playground.providers.base import ProviderError
from tests.fakes.wavespeed import Fault
from tests.providers.conftest import PATIENT, client
from tests.providers.mishaps import refusal

if TYPE_CHECKING:
    from playground.providers.wavespeed import WaveSpeed
    from tests.fakes.wavespeed import FakeWaveSpeed


@pytest.mark.parametrize(
    ("said", "detail"),
    [
        ({"message": "no such model"}, "no such model"),
        ({"message": "no", "error_code": "PERMISSION_DENIED"}, "no [PERMISSION_DENIED]"),
        ({"error": {"message": "inner"}}, "inner"),
        ({"detail": [{"msg": "one"}, "two"]}, "one; two"),
        ({"errors": ["a", "b"]}, "a; b"),
        ({}, "HTTP 400"),
        ("plain words", "HTTP 400: plain words"),
        ("<html>page</html>", "HTTP 400: no JSON"),
    ],
)
def test_a_refusal_keeps_the_providers_words(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, body: dict[str, Any], said: object, detail: str
) -> None:
    fake.fault("submit", Fault.answer(400, said))
    assert refusal(wavespeed.submit, body).detail == detail


def test_long_words_are_cut(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, body: dict[str, Any]
) -> None:
    fake.fault("submit", Fault.answer(400, {"message": "x" * 9000}))
    assert len(refusal(wavespeed.submit, body).detail) == 500


@pytest.mark.parametrize("said", ["key test-key is bad", "Bearer abcdef", "wsk_other is bad"])
def test_no_key_is_in_an_error(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, body: dict[str, Any], said: str
) -> None:
    fake.fault("submit", Fault.answer(401, {"message": said, "test-key": ["test-key"]}))
    refused = refusal(wavespeed.submit, body)
    shown = refused.detail + "".join(traceback.format_exception(refused))
    assert not any(key in shown for key in ("test-key", "abcdef", "wsk_other"))


def test_no_key_is_in_what_was_received(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, body: dict[str, Any]
) -> None:
    fake.fault("submit", Fault.answer(400, {"message": "m", "echo": {"test-key": ["test-key"]}}))
    assert refusal(wavespeed.submit, body).body == {"message": "m", "echo": {"[key]": ["[key]"]}}


def test_no_key_is_in_the_raw_prediction(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, body: dict[str, Any]
) -> None:
    fake.fault("submit", Fault.data(echo="Authorization: Bearer test-key"))
    assert "test-key" not in json.dumps(wavespeed.submit(body).raw)


def test_no_key_is_in_the_description_of_a_provider() -> None:
    assert "test-key" not in repr(vars(client("http://127.0.0.1", PATIENT)))


def test_a_key_too_short_to_be_one_does_not_spoil_what_was_said(
    fake: FakeWaveSpeed, body: dict[str, Any]
) -> None:
    fake.fault("submit", Fault.answer(401, {"message": "not a good key"}))
    with pytest.raises(ProviderError) as caught:
        client(fake.url, PATIENT, "a").submit(body)
    assert caught.value.detail == "not a good key"
