"""The estimate of a run becomes what the provider quotes for the very inputs that it had."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from playground.runs.models.run import Run
from playground.runs.models.run_image import RunImage
from playground.spending import price_table
from playground.spending.models import ExactPrice, ModelPrice
from playground.spending.prices import refresh_quotes
from playground.spending.quotes import correct_estimates, sweep
from tests.conftest import FLASH

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_django.fixtures import SettingsWrapper

    from tests.fakes.wavespeed import FakeWaveSpeed

pytestmark = pytest.mark.django_db


@pytest.fixture
def quoting(upstream: FakeWaveSpeed) -> FakeWaveSpeed:
    upstream.configure(price=0.05, per_image=0.01)
    refresh_quotes()
    upstream.requests.clear()
    return upstream


def pictured(run: Run, count: int) -> Run:
    for place in range(count):
        url = f"https://example.org/{place}.jpg"
        RunImage.objects.create(run=run, position=place, url=url, as_address=True)
    return run


def price_of(run: Run) -> Decimal | None:
    return Run.objects.get(pk=run.pk).price


def test_pictures_count_where_the_provider_counts_them(
    quoting: FakeWaveSpeed, ask: Callable[..., Run]
) -> None:
    plain, two = ask(), pictured(ask(), 2)
    assert price_of(two) == Decimal("0.05")
    assert correct_estimates() == 1
    assert (price_of(plain), price_of(two)) == (Decimal("0.05"), Decimal("0.07"))


def test_inputs_alike_are_asked_about_once_a_day(
    quoting: FakeWaveSpeed, ask: Callable[..., Run]
) -> None:
    pictured(ask("One?"), 1)
    correct_estimates()
    another = pictured(ask("Another?"), 1)
    assert correct_estimates() == 1
    assert price_of(another) == Decimal("0.06")
    assert len(quoting.requests) == 1


def test_the_quote_is_for_the_fields_that_are_sent(
    quoting: FakeWaveSpeed, ask: Callable[..., Run]
) -> None:
    ask(system_prompt="Be brief.")
    ask(), ask()
    correct_estimates()
    assert len(quoting.requests) == 2


def test_what_the_provider_charged_is_not_touched(
    quoting: FakeWaveSpeed, ask: Callable[..., Run]
) -> None:
    run = pictured(ask(), 2)
    Run.objects.filter(pk=run.pk).update(charged=Decimal("0.02"))
    assert correct_estimates() == 0


def test_the_owners_price_is_asked_of_nobody(
    quoting: FakeWaveSpeed, ask: Callable[..., Run], settings: SettingsWrapper
) -> None:
    settings.WAVESPEED_BASE_PRICE = Decimal("0.01")
    run = pictured(ask(), 2)
    assert correct_estimates() == 0
    assert price_of(run) == Decimal("0.01")
    assert not quoting.requests


def test_a_price_of_the_owners_table_stays(
    quoting: FakeWaveSpeed, ask: Callable[..., Run], settings: SettingsWrapper, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    text = f'{{"as_of": "2026-11-20", "models": {{"{FLASH}": {{"run": 0.5}}}}}}'
    (tmp_path / price_table.NAME).write_text(text)
    run = pictured(ask(), 2)
    assert correct_estimates() == 0
    assert price_of(run) == Decimal("0.5")


def test_a_provider_that_does_not_answer_leaves_the_usual_quote(
    quoting: FakeWaveSpeed, ask: Callable[..., Run], settings: SettingsWrapper
) -> None:
    settings.WAVESPEED_BASE_URL = "http://127.0.0.1:9"
    run = pictured(ask(), 2)
    assert correct_estimates() == 0
    assert price_of(run) == Decimal("0.05")


def test_without_quotes_nothing_is_asked(upstream: FakeWaveSpeed, ask: Callable[..., Run]) -> None:
    pictured(ask(), 1)
    assert not ModelPrice.objects.exists()
    assert correct_estimates() == 0
    assert not upstream.requests


def test_old_quotes_are_swept(quoting: FakeWaveSpeed, ask: Callable[..., Run]) -> None:
    ask()
    correct_estimates()
    sweep()
    assert ExactPrice.objects.count() == 1
    ExactPrice.objects.update(quoted_at=timezone.now() - timedelta(days=31))
    sweep()
    assert not ExactPrice.objects.exists()
