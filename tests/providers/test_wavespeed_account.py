"""The account: what is left, what a run would cost, what was run lately."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from playground.providers.base import (
    Balance,
    ErrorKind,
    PredictionRequest,
    PredictionStatus,
    Price,
    ProviderError,
)
from tests.fakes.wavespeed import Fault
from tests.providers.mishaps import NOTHING_TO_GO_BY, REFUSALS, refusal

if TYPE_CHECKING:
    from playground.providers.wavespeed import WaveSpeed
    from tests.fakes.wavespeed import FakeWaveSpeed

REQUEST = PredictionRequest("openai/gpt-4o", "Why?")
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def test_the_balance_is_exact(wavespeed: WaveSpeed) -> None:
    assert wavespeed.balance() == Balance(Decimal("12.34"), "USD")


def test_the_balance_may_name_its_currency(fake: FakeWaveSpeed, wavespeed: WaveSpeed) -> None:
    fake.fault("balance", Fault.data(balance="-0.10", currency="EUR"))
    assert wavespeed.balance() == Balance(Decimal("-0.10"), "EUR")


@pytest.mark.parametrize("amount", [None, True, "much", float("nan"), [], 10**12])
def test_a_balance_that_is_no_amount_is_malformed(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, amount: Any
) -> None:
    fake.configure(balance=amount)
    assert refusal(wavespeed.balance).kind is ErrorKind.MALFORMED


@pytest.mark.parametrize("fault", NOTHING_TO_GO_BY)
def test_a_balance_that_cannot_be_read_may_be_asked_for_again(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, fault: Fault
) -> None:
    fake.fault("balance", fault)
    assert refusal(wavespeed.balance).kind is ErrorKind.TEMPORARY


@pytest.mark.parametrize(("fault", "kind"), REFUSALS)
def test_a_refused_balance_says_why(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, fault: Fault, kind: ErrorKind
) -> None:
    fake.fault("balance", fault)
    assert refusal(wavespeed.balance).kind is kind


@pytest.mark.parametrize("fault", [Fault.hang(5), Fault.drip(0.05)], ids=["hang", "drip"])
def test_waiting_for_a_balance_ends(fake: FakeWaveSpeed, hasty: WaveSpeed, fault: Fault) -> None:
    fake.fault("balance", fault)
    assert refusal(hasty.balance).kind is ErrorKind.TEMPORARY


def test_a_price_depends_on_the_model(fake: FakeWaveSpeed, wavespeed: WaveSpeed) -> None:
    fake.configure(prices={"openai/gpt-4o": 0.15})
    assert wavespeed.price(REQUEST) == Price(Decimal("0.15"), "USD")


def test_asking_for_a_price_submits_nothing(fake: FakeWaveSpeed, wavespeed: WaveSpeed) -> None:
    wavespeed.price(REQUEST)
    assert fake.submissions == []


def test_where_there_is_no_price_the_older_address_is_asked(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed
) -> None:
    fake.fault("price", Fault.answer(404))
    assert wavespeed.price(REQUEST) == Price(Decimal("0.05"), "USD")


def test_where_nothing_quotes_there_is_no_price(fake: FakeWaveSpeed, wavespeed: WaveSpeed) -> None:
    fake.fault("price", Fault.answer(404))
    fake.fault("pricing", Fault.answer(404))
    assert wavespeed.price(REQUEST) is None


@pytest.mark.parametrize(
    ("changes", "amount"),
    [
        ({"price": 0.15, "discounted_price": 0.1}, "0.1"),
        ({"price": 0.15, "discounted_price": 0}, "0.15"),
        ({"price": 0.15, "discounted_price": 9}, "0.15"),
        ({"price": 0.15, "discounted_price": "?"}, "0.15"),
        ({"price": 0}, "0"),
    ],
)
def test_a_discount_counts_if_it_is_one(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, changes: dict[str, Any], amount: str
) -> None:
    fake.fault("price", Fault.data(**changes))
    assert wavespeed.price(REQUEST) == Price(Decimal(amount), "USD")


@pytest.mark.parametrize("price", [None, "free", -1, [], {}])
def test_a_price_that_is_no_amount_is_none(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, price: Any
) -> None:
    fake.fault("price", Fault.data(price=price))
    assert wavespeed.price(REQUEST) is None


def test_a_price_refused_for_the_key_says_so(fake: FakeWaveSpeed, wavespeed: WaveSpeed) -> None:
    fake.fault("price", Fault.answer(401))
    assert refusal(wavespeed.price, REQUEST).kind is ErrorKind.KEY


def test_recent_predictions_come_newest_first(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, body: dict[str, Any]
) -> None:
    ids = [wavespeed.submit(body).id for _ in range(3)]
    assert [prediction.id for prediction in wavespeed.recent(LONG_AGO)] == ids[::-1]


def test_a_submission_of_unknown_outcome_is_found_among_the_recent(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, body: dict[str, Any]
) -> None:
    fake.fault("submit", Fault.reset(accepted=True))
    before = datetime.now(UTC)
    with pytest.raises(ProviderError):
        wavespeed.submit(body)
    assert [p.id for p in wavespeed.recent(before)] == [fake.submissions[0].id]


@pytest.mark.parametrize(
    ("after", "before", "found"),
    [(-60, None, 1), (60, None, 0), (-60, 60, 1), (-60, -30, 0), (0, 0, 1)],
)
def test_recent_is_between_two_moments(
    wavespeed: WaveSpeed, body: dict[str, Any], after: int, before: int | None, found: int
) -> None:
    now = datetime.now(UTC)
    wavespeed.submit(body)
    until = None if before is None else now + timedelta(seconds=before)
    assert len(wavespeed.recent(now + timedelta(seconds=after), until)) == found


def test_recent_predictions_have_state_and_time(wavespeed: WaveSpeed, body: dict[str, Any]) -> None:
    wavespeed.submit(body)
    prediction = wavespeed.recent(LONG_AGO)[0]
    assert (prediction.status, prediction.created_at is not None) == (
        PredictionStatus.COMPLETED,
        True,
    )


def test_items_that_are_no_predictions_are_left_out(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed
) -> None:
    fake.fault("list", Fault.data(items=[None, {}, {"id": "../x"}, {"id": "good"}]))
    assert [prediction.id for prediction in wavespeed.recent(LONG_AGO)] == ["good"]


@pytest.mark.parametrize("fault", [Fault.null(), Fault.data(items=None)])
def test_a_list_that_is_none_is_malformed(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, fault: Fault
) -> None:
    fake.fault("list", fault)
    assert refusal(wavespeed.recent, LONG_AGO).kind is ErrorKind.MALFORMED
