"""Reading a prediction: every state, every odd shape, and that a bad moment is only that."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from playground.providers.base import ErrorKind, PredictionStatus, ProviderError
from tests.fakes.wavespeed import Fault
from tests.providers.mishaps import NOTHING_TO_GO_BY, REFUSALS, refusal

if TYPE_CHECKING:
    from playground.providers.wavespeed import WaveSpeed
    from tests.fakes.wavespeed import FakeWaveSpeed


@pytest.fixture
def submitted(wavespeed: WaveSpeed, body: dict[str, Any]) -> str:
    return wavespeed.submit(body).id


def test_a_completed_prediction_has_its_text(wavespeed: WaveSpeed, submitted: str) -> None:
    outputs = wavespeed.result(submitted).outputs
    assert outputs == ('google/gemini-2.5-flash was asked: "What is this?"',)


def test_a_completed_prediction_has_its_times_and_flags(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, submitted: str
) -> None:
    fake.fault("poll", Fault.data(timings={"inference": 1840}, has_nsfw_contents=[True, False]))
    prediction = wavespeed.result(submitted)
    assert (prediction.inference_ms, prediction.nsfw) == (1840, (True, False))


def test_the_whole_answer_is_kept(wavespeed: WaveSpeed, submitted: str) -> None:
    assert wavespeed.result(submitted).raw["data"]["id"] == submitted


def test_reading_goes_to_our_own_address_whatever_the_answer_names(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, submitted: str
) -> None:
    wavespeed.result(submitted)
    wavespeed.result(submitted)
    assert fake.polls == 2


def test_readings_share_a_connection(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, submitted: str
) -> None:
    for _ in range(5):
        wavespeed.result(submitted)
    assert fake.connections == 2  # the submission had its own


@pytest.mark.parametrize("prediction_id", ["", "../balance", "a/b", "a?b", "ä", "a\n", "a" * 101])
def test_what_cannot_be_an_id_is_not_asked_for(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, prediction_id: str
) -> None:
    assert (refusal(wavespeed.result, prediction_id).kind, fake.request_count) == (
        ErrorKind.NOT_FOUND,
        0,
    )


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("created", PredictionStatus.RUNNING),
        ("pending", PredictionStatus.RUNNING),
        ("processing", PredictionStatus.RUNNING),
        ("warming_up", PredictionStatus.RUNNING),
        ("", PredictionStatus.RUNNING),
        ("completed", PredictionStatus.COMPLETED),
        ("Completed", PredictionStatus.COMPLETED),
        ("failed", PredictionStatus.FAILED),
        ("timeout", PredictionStatus.FAILED),
        ("deleted", PredictionStatus.FAILED),
        ("cancelled", PredictionStatus.CANCELLED),
    ],
)
def test_every_status_is_understood(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, submitted: str, word: str, status: PredictionStatus
) -> None:
    fake.fault("poll", Fault.data(status=word))
    assert wavespeed.result(submitted).status is status


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (0, ErrorKind.FAILED),
        (None, ErrorKind.FAILED),
        (1200, ErrorKind.MODERATION),
        (1401, ErrorKind.INVALID),
        (1402, ErrorKind.IMAGE),
        (1403, ErrorKind.FAILED),
        (1407, ErrorKind.CREDIT),
        (5000, ErrorKind.FAILED),
        ("1402", ErrorKind.IMAGE),
    ],
)
def test_a_failed_prediction_says_why(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, submitted: str, code: object, kind: ErrorKind
) -> None:
    fake.fault("poll", Fault.data(status="failed", code=code, error="why"))
    prediction = wavespeed.result(submitted)
    assert (prediction.error_kind, prediction.error_detail) == (kind, "why")


@pytest.mark.parametrize(
    ("word", "detail"),
    [
        ("failed", "The provider gave no reason."),
        ("timeout", "The prediction timed out at the provider."),
        ("deleted", "The prediction was deleted at the provider."),
        ("cancelled", "The prediction was cancelled."),
    ],
)
def test_a_bad_end_without_words_gets_some(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, submitted: str, word: str, detail: str
) -> None:
    fake.fault("poll", Fault.data(status=word, error=""))
    assert wavespeed.result(submitted).error_detail == detail


def test_a_good_end_has_no_error(wavespeed: WaveSpeed, submitted: str) -> None:
    prediction = wavespeed.result(submitted)
    assert (prediction.error_kind, prediction.error_detail) == (None, "")


def test_a_prediction_that_waits_and_then_works_is_running(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, submitted: str
) -> None:
    fake.configure(delay=60, queue_time=30)
    assert wavespeed.result(submitted).status is PredictionStatus.RUNNING


@pytest.mark.parametrize(
    ("outputs", "texts"),
    [
        ([], ()),
        (None, ()),
        ("alone", ("alone",)),
        (["a", "b"], ("a", "b")),
        ([{"text": "t"}], ("t",)),
        ([{"content": "c", "extra": 1}], ("c",)),
        ([{"output": "o"}], ("o",)),
        ([{"message": "m"}], ("m",)),
        ([{"answer": "ü"}], ('{"answer": "ü"}',)),
        ([{"text": 5}], ('{"text": 5}',)),
        ([7, 1.5, True, None], ("7", "1.5", "true", "null")),
        ([["a", 1]], ('["a", 1]',)),
        ([float("nan")], ("null",)),
        (["a\x00b", "\ud800"], ("a\ufffdb", "\ufffd")),
    ],
)
def test_outputs_of_any_type_become_text(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, submitted: str, outputs: Any, texts: tuple[str, ...]
) -> None:
    fake.fault("poll", Fault.data(status="completed", outputs=outputs))
    prediction = wavespeed.result(submitted)
    assert (prediction.status, prediction.outputs) == (PredictionStatus.COMPLETED, texts)


def test_an_answer_of_20_mb_is_read_whole(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, submitted: str
) -> None:
    fake.fault("poll", Fault.data(outputs=["x" * 20_000_000]))
    assert len(wavespeed.result(submitted).outputs[0]) == 20_000_000


def test_an_answer_over_the_limit_is_not_read(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, submitted: str
) -> None:
    fake.fault("poll", Fault.data(outputs=["x" * 33 * 1024 * 1024]))
    with pytest.raises(ProviderError, match="longer than"):
        wavespeed.result(submitted)


@pytest.mark.parametrize(
    ("changes", "milliseconds"),
    [
        ({"timings": {"inference": 12.6}}, 13),
        ({"timings": {}, "executionTime": 1912}, 1912),
        ({"timings": {"inference": "fast"}, "executionTime": 5}, 5),
        ({"timings": None}, None),
        ({"timings": [1]}, None),
        ({"timings": {"inference": True}}, None),
        ({"timings": {"inference": -1}}, None),
        ({"timings": {"inference": 2**70}}, None),
        ({"timings": {"inference": float("inf")}}, None),
    ],
)
def test_the_time_taken_is_believed_only_if_it_is_one(
    fake: FakeWaveSpeed,
    wavespeed: WaveSpeed,
    submitted: str,
    changes: dict[str, Any],
    milliseconds: int | None,
) -> None:
    fake.fault("poll", Fault.data(**changes))
    assert wavespeed.result(submitted).inference_ms == milliseconds


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-22T09:30:00.123456789Z", datetime(2026, 11, 22, 9, 30, 0, 123456, UTC)),
        ("2026-11-22T09:30:00.123Z", datetime(2026, 11, 22, 9, 30, 0, 123000, UTC)),
        ("2026-11-22T11:30:00+02:00", datetime(2026, 11, 22, 9, 30, 0, 0, UTC)),
        ("2026-11-22T09:30:00", datetime(2026, 11, 22, 9, 30, 0, 0, UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        (1763800000, None),
        (None, None),
    ],
)
def test_the_time_of_creation_is_believed_only_if_it_is_one(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, submitted: str, text: Any, moment: datetime | None
) -> None:
    fake.fault("poll", Fault.data(created_at=text))
    assert wavespeed.result(submitted).created_at == moment


@pytest.mark.parametrize(
    ("flags", "nsfw"),
    [(None, ()), ([], ()), (True, (True,)), ([True, "no", 1], (True, False, False)), ({}, ())],
)
def test_only_true_is_a_flag(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, submitted: str, flags: Any, nsfw: tuple[bool, ...]
) -> None:
    fake.fault("poll", Fault.data(has_nsfw_contents=flags))
    assert wavespeed.result(submitted).nsfw == nsfw


@pytest.mark.parametrize("fault", NOTHING_TO_GO_BY)
def test_a_bad_moment_may_be_tried_again(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, submitted: str, fault: Fault
) -> None:
    fake.fault("poll", fault)
    assert refusal(wavespeed.result, submitted).kind is ErrorKind.TEMPORARY


def test_after_a_bad_moment_the_answer_is_still_there(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, submitted: str
) -> None:
    fake.fault("poll", Fault.reset())
    with pytest.raises(ProviderError):
        wavespeed.result(submitted)
    assert wavespeed.result(submitted).status is PredictionStatus.COMPLETED


@pytest.mark.parametrize("fault", [Fault.hang(5), Fault.drip(0.05)], ids=["hang", "drip"])
def test_waiting_ends(fake: FakeWaveSpeed, hasty: WaveSpeed, submitted: str, fault: Fault) -> None:
    fake.fault("poll", fault)
    assert refusal(hasty.result, submitted).kind is ErrorKind.TEMPORARY


@pytest.mark.parametrize(("fault", "kind"), REFUSALS)
def test_a_refusal_to_show_says_why(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, submitted: str, fault: Fault, kind: ErrorKind
) -> None:
    fake.fault("poll", fault)
    assert refusal(wavespeed.result, submitted).kind is kind


@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_that_was_asked_for_is_passed_on(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, submitted: str, status: int
) -> None:
    fake.fault("poll", Fault.answer(status, headers={"Retry-After": "9"}))
    assert refusal(wavespeed.result, submitted).retry_after == 9


@pytest.mark.parametrize(
    "fault",
    [Fault.null(), Fault.answer(200, []), Fault.data(status=None), Fault.answer(200, {"data": 3})],
)
def test_what_is_no_prediction_is_malformed(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, submitted: str, fault: Fault
) -> None:
    fake.fault("poll", fault)
    assert refusal(wavespeed.result, submitted).kind is ErrorKind.MALFORMED


def test_an_unknown_id_is_not_found(wavespeed: WaveSpeed) -> None:
    with pytest.raises(ProviderError, match="not found") as caught:
        wavespeed.result("0123abc")
    assert caught.value.kind is ErrorKind.NOT_FOUND
