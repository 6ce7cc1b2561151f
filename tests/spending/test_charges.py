"""The final amount of a run: what the provider says afterwards that it charged."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from playground.providers.wavespeed.charges import charges_in
from playground.runs.models.run import Run
from playground.spending.charges import read_charges
from tests.fakes.wavespeed import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.fakes.wavespeed import FakeWaveSpeed

pytestmark = pytest.mark.django_db


def questions(upstream: FakeWaveSpeed) -> int:
    return sum(path.endswith("/billings/search") for _, path, *_ in upstream.requests)


def test_the_final_amount_takes_the_place_of_the_estimate(
    upstream: FakeWaveSpeed, carried: Callable[..., Run], client: Client
) -> None:
    upstream.configure(price=0.0123)
    run = carried()
    assert read_charges() == 1
    run.refresh_from_db()
    assert run.charged == Decimal("0.0123")
    assert "$0.0123" in client.get(run.get_absolute_url()).content.decode()


def test_runs_are_asked_about_together_and_once(
    upstream: FakeWaveSpeed, carried: Callable[..., Run]
) -> None:
    for _ in range(3):
        carried()
    assert [read_charges(), read_charges()] == [3, 0]
    assert questions(upstream) == 1


def test_a_provisional_amount_is_not_final(
    upstream: FakeWaveSpeed, carried: Callable[..., Run]
) -> None:
    upstream.configure(billing_state="pre")
    carried()
    assert read_charges() == 0
    upstream.configure(billing_state="done")
    assert read_charges() == 1


def test_runs_that_wait_or_are_old_are_not_asked_about(
    upstream: FakeWaveSpeed, carried: Callable[..., Run], ask: Callable[..., Run]
) -> None:
    old = timezone.now() - timedelta(hours=2)
    Run.objects.filter(pk=carried().pk).update(listed_at=old)
    ask()
    assert (read_charges(), questions(upstream)) == (0, 0)


def test_a_key_that_may_not_read_the_list_is_left_alone_for_an_hour(
    upstream: FakeWaveSpeed, carried: Callable[..., Run]
) -> None:
    run = carried()
    upstream.fault("billings", Fault.answer(403))
    assert [read_charges(), read_charges()] == [0, 0]
    assert questions(upstream) == 1
    cache.clear()
    assert read_charges() == 1
    run.refresh_from_db()
    assert run.status == "completed"


def test_a_list_that_did_not_answer_is_asked_again(
    upstream: FakeWaveSpeed, carried: Callable[..., Run]
) -> None:
    carried()
    upstream.fault("billings", Fault.answer(502))
    assert [read_charges(), read_charges()] == [0, 1]


def record(**changed: Any) -> dict[str, Any]:
    return {
        "billing_type": "deduct",
        "price": 0.02,
        "order": {"state": "done"},
        "prediction": {"uuid": "a", "status": "completed"},
        **changed,
    }


@pytest.mark.parametrize(
    "items",
    [
        [record(), record(billing_type="refund")],
        [record(billing_type="topup")],
        [record(price=-0.02)],
        [record(price="much")],
        [record(price=True)],
        [record(price="1e9")],
        [record(order={"state": "pre"})],
        [record(order=None)],
        [record(prediction={"uuid": "a", "status": "failed"})],
        [record(prediction={"uuid": "of somebody else", "status": "completed"})],
        [record(prediction={"uuid": ["a"]})],
        ["nonsense", None, 3],
    ],
)
def test_what_leaves_a_doubt_is_no_final_amount(items: list[Any]) -> None:
    assert charges_in(items, {"a"}) == {}


def test_amounts_are_exact() -> None:
    assert charges_in([record(price=0.1), "x"], {"a"}) == {"a": Decimal("0.1")}
