"""A submission costs money: what is sent, that it is sent once, and what is known afterwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import pytest

from playground.providers.base import (
    ErrorKind,
    PredictionRequest,
    PredictionStatus,
    ProviderError,
)
from tests.fakes.wavespeed import Fault
from tests.providers.conftest import PATIENT, client
from tests.providers.mishaps import NOTHING_TO_GO_BY, REFUSALS, refusal

if TYPE_CHECKING:
    from playground.providers.wavespeed import WaveSpeed
    from tests.fakes.wavespeed import FakeWaveSpeed

MODEL = "google/gemini-2.5-flash"


def test_the_body_has_every_field_that_was_chosen(wavespeed: WaveSpeed) -> None:
    request = PredictionRequest(
        MODEL,
        "Why?",
        system_prompt="Be brief.",
        images=("https://a.test/1",),
        reasoning=True,
        priority="throughput",
        temperature=0.0,
        max_tokens=1,
    )
    assert wavespeed.body(request) == {
        "prompt": "Why?",
        "system_prompt": "Be brief.",
        "images": ["https://a.test/1"],
        "reasoning": True,
        "priority": "throughput",
        "temperature": 0.0,
        "max_tokens": 1,
        "model": MODEL,
        "enable_sync_mode": False,
    }


@pytest.mark.parametrize("field", ["system_prompt", "temperature", "max_tokens"])
def test_what_was_not_chosen_is_not_sent(body: dict[str, Any], field: str) -> None:
    assert field not in body


def test_the_provider_receives_exactly_the_body(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, body: dict[str, Any]
) -> None:
    wavespeed.submit(body)
    assert fake.submissions[0].body == body


def test_an_accepted_submission_is_running_and_has_an_id(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, body: dict[str, Any]
) -> None:
    prediction = wavespeed.submit(body)
    assert (prediction.id, prediction.status) == (fake.submissions[0].id, PredictionStatus.RUNNING)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Authorization", "Bearer test-key"),
        ("X-Client-Name", "vision-playground"),
        ("X-Client-Version", "0.1.0"),
    ],
)
def test_a_submission_says_who_sends_it(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, body: dict[str, Any], header: str, value: str
) -> None:
    wavespeed.submit(body)
    assert fake.requests[0][2][header] == value


def test_spaces_around_a_pasted_key_are_dropped(fake: FakeWaveSpeed, body: dict[str, Any]) -> None:
    assert client(fake.url, PATIENT, " test-key\n").submit(body).id


@pytest.mark.parametrize("key", ["", "  ", "wsk_a\nb", "wsk_\u200babc"])
def test_a_key_that_cannot_be_one_is_not_sent(
    fake: FakeWaveSpeed, body: dict[str, Any], key: str
) -> None:
    with pytest.raises(ProviderError) as caught:
        client(fake.url, PATIENT, key).submit(body)
    assert (caught.value.kind, fake.request_count) == (ErrorKind.KEY, 0)


def test_every_submission_has_a_connection_of_its_own(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, body: dict[str, Any]
) -> None:
    wavespeed.balance()
    wavespeed.submit(body)
    wavespeed.submit(body)
    assert fake.connections == 3


MAY_EXIST = [
    *NOTHING_TO_GO_BY,
    pytest.param(Fault.reset(accepted=True), id="reset after it was accepted"),
    pytest.param(Fault.null(), id="data null under code 200"),
    pytest.param(Fault.data(id=""), id="empty id"),
    pytest.param(Fault.data(id=None), id="null id"),
    pytest.param(Fault.data(id=17), id="number for an id"),
    pytest.param(Fault.data(id="../balance"), id="id that is a path"),
    pytest.param(Fault.data(id="a" * 101), id="id too long"),
    pytest.param(Fault.answer(200, []), id="a list"),
    pytest.param(Fault.answer(200, "null"), id="null"),
    pytest.param(Fault.envelope(408), id="408 in the envelope"),
    pytest.param(Fault.envelope(1999), id="unknown code in the envelope"),
]


@pytest.mark.parametrize("fault", MAY_EXIST)
def test_a_submission_that_may_exist_is_unknown(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, body: dict[str, Any], fault: Fault
) -> None:
    fake.fault("submit", fault)
    assert refusal(wavespeed.submit, body).may_have_been_accepted


@pytest.mark.parametrize("fault", MAY_EXIST)
def test_a_submission_that_may_exist_is_not_sent_again(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, body: dict[str, Any], fault: Fault
) -> None:
    fake.fault("submit", fault)
    with pytest.raises(ProviderError):
        wavespeed.submit(body)
    assert fake.request_count == 1


@pytest.mark.parametrize("accepted", [False, True])
def test_a_submission_that_is_not_answered_in_time_is_unknown(
    fake: FakeWaveSpeed, hasty: WaveSpeed, body: dict[str, Any], *, accepted: bool
) -> None:
    fake.fault("submit", Fault.hang(5, accepted=accepted))
    assert refusal(hasty.submit, body).kind is ErrorKind.UNKNOWN


def test_an_answer_that_drips_for_too_long_is_unknown(
    fake: FakeWaveSpeed, hasty: WaveSpeed, body: dict[str, Any]
) -> None:
    fake.fault("submit", Fault.drip(0.05))
    assert refusal(hasty.submit, body).kind is ErrorKind.UNKNOWN


@pytest.mark.parametrize(("fault", "kind"), REFUSALS)
def test_a_refusal_says_why_and_that_nothing_was_accepted(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, body: dict[str, Any], fault: Fault, kind: ErrorKind
) -> None:
    fake.fault("submit", fault)
    assert refusal(wavespeed.submit, body).kind is kind


def test_a_refusal_whose_body_breaks_off_is_still_a_refusal(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, body: dict[str, Any]
) -> None:
    fake.fault("submit", Fault("short", accepted=True))
    fake.key = "another"
    assert refusal(wavespeed.submit, body).kind is ErrorKind.KEY


def test_an_id_under_an_error_code_is_proof_of_a_prediction(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, body: dict[str, Any]
) -> None:
    fake.fault("submit", Fault.envelope(500, "odd", {"id": "abc", "status": "created"}))
    assert wavespeed.submit(body).id == "abc"


def test_a_synchronous_wait_that_ran_out_is_a_running_prediction(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, body: dict[str, Any]
) -> None:
    fake.fault("submit", Fault.data(status="processing", code=5004, error="Sync mode timed out"))
    assert wavespeed.submit(body).status is PredictionStatus.RUNNING


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7), ("0", 0), ("1.5", 1.5), ("86400", 3600), ("-5", None), ("soon", None), ("", None)],
)
def test_a_wait_that_was_asked_for_is_passed_on_within_reason(
    fake: FakeWaveSpeed,
    wavespeed: WaveSpeed,
    body: dict[str, Any],
    header: str,
    seconds: float | None,
) -> None:
    fake.fault("submit", Fault.answer(429, headers={"Retry-After": header}))
    assert refusal(wavespeed.submit, body).retry_after == seconds


def test_a_wait_may_be_given_as_a_date(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, body: dict[str, Any]
) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    fake.fault("submit", Fault.answer(429, headers={"Retry-After": date}))
    assert 30 < (refusal(wavespeed.submit, body).retry_after or 0) <= 40


def test_a_429_without_a_wait_names_none(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, body: dict[str, Any]
) -> None:
    fake.fault("submit", Fault.answer(429))
    assert refusal(wavespeed.submit, body).retry_after is None
