"""Amounts and numbers keep their digits, from the answer of the provider to every form."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from playground.catalog import daily_stats
from playground.catalog.models import ModelDay
from playground.composer.terms import shown_in
from playground.exports import Manner, run_as_json, run_as_markdown, runs_as_csv
from playground.exports.redaction import EVERYTHING, shown_run
from playground.runs.models.run import Run
from playground.spending.prices import Estimate
from playground.spending.totals import bill
from playground.storage.money import as_kept, readable
from playground.submission.request import Options
from playground.templatetags.fields import slider_step
from playground.web import formatting
from tests.exports.documents.reading import page_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.fakes.wavespeed import FakeWaveSpeed

pytestmark = pytest.mark.django_db
TINY = ["0.0000004", "0.000000000000000004", "0.123456789012345", "12345.000000001", "0", "0.05"]


@pytest.fixture
def run(upstream: FakeWaveSpeed, carried: Callable[..., Run]) -> Run:
    return carried(options=Options(temperature=0.123456789))


@pytest.mark.parametrize("amount", TINY)
def test_every_database_keeps_its_digits(run: Run, amount: str) -> None:
    Run.objects.update(price=Decimal(amount), charged=Decimal(amount))
    run.refresh_from_db()
    assert (run.price, run.charged) == (Decimal(amount), Decimal(amount))


def test_no_form_makes_nothing_of_a_tiny_charge(run: Run, client: Client) -> None:
    Run.objects.update(price=Decimal("4e-7"), charged=Decimal("4e-7"))
    run.refresh_from_db()
    shown = shown_run(run, EVERYTHING)
    assert run_as_json(shown)["charged_usd"] == "0.0000004"
    assert next(cells_of(shown))["charged_usd"] == "0.0000004"
    for text in (run_as_markdown(shown), page_of(shown), page(client, run), history(client)):
        assert "$0.0000004" in text
        assert "$0.00 " not in text


def cells_of(shown: object) -> csv.DictReader[str]:
    return csv.DictReader(io.StringIO("".join(runs_as_csv([shown], Manner.EXACT))))  # type: ignore[list-item]


def page(client: Client, run: Run) -> str:
    return client.get(run.get_absolute_url()).content.decode()


def history(client: Client) -> str:
    return client.get("/runs/").content.decode()


def test_money_in_json_has_six_places_at_least(run: Run) -> None:
    Run.objects.update(price=Decimal("0.05"))
    run.refresh_from_db()
    assert run_as_json(shown_run(run, EVERYTHING))["price_estimate_usd"] == "0.050000"


def test_a_sum_of_tiny_charges_is_their_sum(run: Run, carried: Callable[..., Run]) -> None:
    carried()
    Run.objects.update(charged=Decimal("4e-7"))
    assert formatting.money(bill(Run.objects.all()).amount) == "$0.0000008"


def test_a_day_that_was_counted_is_not_written_again(run: Run, carried: Callable[..., Run]) -> None:
    carried()
    Run.objects.filter(pk=run.pk).update(charged=Decimal("12345.678901234"))
    Run.objects.exclude(pk=run.pk).update(charged=Decimal("4e-15"))
    assert (daily_stats.count(daily_stats.today()), daily_stats.count(daily_stats.today())) == (
        1,
        0,
    )
    assert ModelDay.objects.get().charged > 12345


def test_a_press_may_not_cost_more_than_a_tiny_amount_that_the_page_said() -> None:
    said = Estimate(1, 1, as_kept(Decimal("4e-12")))
    fields = {"shown_runs": "1", "shown_units": "1", "shown_amount": said.amount_field}
    shown = shown_in(fields)
    assert shown is not None
    assert not said.exceeds(shown)
    assert Estimate(1, 1, Decimal("5e-12")).exceeds(shown)


@pytest.mark.parametrize(
    ("mean", "readable_as"),
    [("0.0333333333", "$0.033333"), ("0.000000433333", "$0.000000433"), ("0", "$0.00")],
)
def test_a_mean_has_as_many_digits_as_say_something(mean: str, readable_as: str) -> None:
    assert formatting.money(readable(Decimal(mean))) == readable_as


@pytest.mark.parametrize("form", ["page", "markdown", "file"])
def test_a_temperature_is_shown_as_it_was_given(run: Run, client: Client, form: str) -> None:
    shown = shown_run(run, EVERYTHING)
    text = {"page": page(client, run), "markdown": run_as_markdown(shown), "file": page_of(shown)}
    assert "0.123456789" in text[form]


@pytest.mark.parametrize(
    ("value", "step"), [(None, "0.1"), (0.3, "0.1"), ("1.0", "0.1"), (0.33, "any"), ("x", "0.1")]
)
def test_a_slider_does_not_round_what_a_form_is_filled_with(value: object, step: str) -> None:
    assert slider_step(value) == step
