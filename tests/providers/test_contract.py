"""What every provider over HTTP has to keep, whatever its protocol: one suite for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from playground.providers.base import ErrorKind, ImageFile, PredictionRequest, ProviderError
from playground.providers.endpoint import Server
from playground.providers.openai.provider import OpenAI
from tests.fakes.wavespeed import Fault
from tests.providers.conftest import HASTY, PATIENT, client
from tests.providers.mishaps import NOTHING_TO_GO_BY, REFUSALS
from tests.providers.oracle import Oracle

if TYPE_CHECKING:
    from collections.abc import Callable

    from playground.providers.base import Provider
    from playground.providers.transport import Timeouts
    from tests.fakes.wavespeed import FakeWaveSpeed

    Make = Callable[[FakeWaveSpeed, Timeouts], Provider]

KEY = "test-key"
ASKED = PredictionRequest("vendor/model", "Why?")
ENVELOPES = {"500 in the envelope", "5000 in the envelope"}


def picture(sha256: str) -> ImageFile:
    return ImageFile(sha256, "image/png", 2, 2, b"\x89PNG")


def wavespeed(fake: FakeWaveSpeed, timeouts: Timeouts) -> Provider:
    return client(fake.url, timeouts, key=KEY)


def openai(fake: FakeWaveSpeed, timeouts: Timeouts) -> Provider:
    server = Server("local", f"{fake.url}/v1", key=KEY)
    return OpenAI(server, picture, reading=timeouts, streaming=timeouts)


def oracle(fake: FakeWaveSpeed, timeouts: Timeouts) -> Provider:
    return Oracle(Server("delphi", f"{fake.url}/oracle", key=KEY), picture, timeouts)


PROVIDERS = [
    pytest.param(wavespeed, "submit", id="wavespeed"),
    pytest.param(openai, "chat", id="openai"),
    pytest.param(oracle, "oracle", id="written by the recipe"),
]
every_provider = pytest.mark.parametrize(("make", "place"), PROVIDERS)


def refusal(make: Make, fake: FakeWaveSpeed, timeouts: Timeouts = PATIENT) -> ProviderError:
    provider = make(fake, timeouts)
    with pytest.raises(ProviderError) as caught:
        provider.submit(provider.body(ASKED))
    return caught.value


def outcome(provider: Provider) -> str:
    try:
        prediction = provider.submit(provider.body(ASKED))
    except ProviderError as error:
        return error.kind
    return prediction.error_kind or prediction.finish_reason


@every_provider
def test_a_submission_is_sent_once(fake: FakeWaveSpeed, make: Make, place: str) -> None:
    provider = make(fake, PATIENT)
    prediction = provider.submit(provider.body(ASKED))
    assert prediction.id
    assert len(fake.submissions) == 1


@every_provider
@pytest.mark.parametrize("fault", NOTHING_TO_GO_BY)
def test_an_outcome_that_cannot_be_known_is_unknown_and_nothing_is_repeated(
    fake: FakeWaveSpeed, make: Make, place: str, fault: Fault
) -> None:
    fake.fault(place, fault)
    provider = make(fake, PATIENT)
    # Where the answer had begun it was accepted for sure: whole, or broken off.
    assert outcome(provider) in {ErrorKind.UNKNOWN, ErrorKind.BROKEN, "stop"}
    assert sum(method == "POST" for method, *_ in fake.requests) == 1


@every_provider
@pytest.mark.parametrize(("fault", "kind"), REFUSALS)
def test_a_refusal_has_its_kind(
    fake: FakeWaveSpeed, make: Make, place: str, fault: Fault, kind: ErrorKind
) -> None:
    if place == "oracle" and fault.status == 200:
        kind = ErrorKind.UNKNOWN  # an envelope under 200 is the way of others
    if place == "chat" and fault.status == 200 and fault.body.get("code") in range(1200, 1500):
        kind = ErrorKind.UNKNOWN  # a numbering of WaveSpeed's own
    if place != "submit" and isinstance(fault.body, dict) and fault.body.get("code") == 1407:
        kind = ErrorKind.INVALID  # so is its numbering
    fake.fault(place, fault)
    assert refusal(make, fake).kind is kind
    assert fake.submissions == []


@every_provider
def test_a_silent_provider_is_unknown(fake: FakeWaveSpeed, make: Make, place: str) -> None:
    fake.fault(place, Fault.hang(2, accepted=True))
    assert refusal(make, fake, HASTY).kind is ErrorKind.UNKNOWN


@every_provider
def test_a_wait_that_was_asked_for_is_told(fake: FakeWaveSpeed, make: Make, place: str) -> None:
    fake.fault(place, Fault.answer(429, headers={"Retry-After": "7"}))
    assert refusal(make, fake).retry_after == 7


@every_provider
def test_the_key_is_in_no_error(fake: FakeWaveSpeed, make: Make, place: str) -> None:
    echo: dict[str, Any] = {"message": f"bad key {KEY} and Bearer {KEY}"}
    fake.fault(place, Fault.answer(401, echo))
    error = refusal(make, fake)
    assert KEY not in f"{error} {error.detail} {error.body}"
