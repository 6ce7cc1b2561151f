"""What a run costs: units always, money only where it is known."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from playground.catalog import entries
from playground.spending.models import ModelPrice
from playground.spending.prices import estimate, price_of, refresh_quotes
from playground.web.formatting import money, seconds
from tests.conftest import FLASH, GPT

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from tests.fakes.wavespeed import FakeWaveSpeed

pytestmark = pytest.mark.django_db
BOTH = [entries.find(FLASH), entries.find(GPT)]


def test_without_a_price_the_cost_is_in_units(client: Client, upstream: FakeWaveSpeed) -> None:
    text = client.get(f"/?model={FLASH}&model={GPT}").content.decode()
    assert "2 runs, 4 units" in text
    assert "$" not in text.split('class="run-cost"')[1].split("</p>")[0]


def test_a_configured_price_counts_three_times_for_premium(
    upstream: FakeWaveSpeed, settings: SettingsWrapper
) -> None:
    settings.WAVESPEED_BASE_PRICE = Decimal("0.05")
    assert estimate(BOTH).amount == Decimal("0.20")


def test_the_providers_quotes_are_shown_once_they_are_known(
    client: Client, upstream: FakeWaveSpeed
) -> None:
    upstream.configure(price=0.07)
    assert refresh_quotes() == len(entries.models())
    assert price_of("wavespeed", FLASH) == Decimal("0.07")
    assert "about $0.07" in client.get(f"/?model={FLASH}").content.decode()


def test_a_fresh_quote_is_not_asked_for_again(upstream: FakeWaveSpeed) -> None:
    refresh_quotes()
    assert refresh_quotes() == 0
    ModelPrice.objects.filter(model_id=FLASH).update(quoted_at=timezone.now() - timedelta(days=2))
    assert refresh_quotes() == 1


def test_a_provider_that_quotes_nothing_leaves_units(
    upstream: FakeWaveSpeed, settings: SettingsWrapper
) -> None:
    settings.WAVESPEED_BASE_URL = "http://127.0.0.1:9"
    assert refresh_quotes() == 0
    assert estimate(BOTH).amount is None


def test_one_unknown_price_leaves_the_sum_unknown(upstream: FakeWaveSpeed) -> None:
    ModelPrice.objects.create(provider="wavespeed", model_id=FLASH, amount="0.05")
    assert estimate(BOTH).amount is None


def test_the_demo_costs_nothing(client: Client) -> None:
    ModelPrice.objects.create(provider="wavespeed", model_id=FLASH, amount="0.05")
    assert price_of("demo", FLASH) is None
    assert "The demo costs nothing" in client.get("/").content.decode()


def test_the_choice_of_models_answers_chips_cost_and_label(client: Client) -> None:
    text = client.get("/selection/", {"models": [FLASH, GPT, "acme/none"]}).content.decode()
    assert text.count('class="chip"') == 2
    assert "Run 2 models" in text
    assert text.count("hx-swap-oob") == 4  # chips, what takes no parameters, blind switch, run bar


@pytest.mark.parametrize(
    ("amount", "shown"),
    [("0.05", "$0.05"), ("0.002000", "$0.002"), ("3", "$3.00"), ("1.5", "$1.50"), ("0", "$0.00")],
)
def test_money_has_the_places_it_needs(amount: str, shown: str) -> None:
    assert money(Decimal(amount)) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0.01 s"), (0.04, "0.04 s"), (1.84, "1.8 s"), (99.96, "1 min 39 s"), (None, "–")],
)
def test_times_carry_their_unit(value: float | None, shown: str) -> None:
    assert seconds(value) == shown
