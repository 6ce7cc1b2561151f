"""Prices by tokens and by the owner's table, and what days and forms of History come to."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from hypothesis import given
from hypothesis import strategies as st

from playground.catalog import daily_stats, entries
from playground.connections.models import ListedModel
from playground.history.rows import Cell
from playground.operations import checks
from playground.providers.endpoint import Server
from playground.runs.models.run import Run
from playground.spending import price_table
from playground.spending.prices import estimate, price_of
from playground.spending.totals import bill
from tests.conftest import FLASH, GPT, form, markup, png, upload
from tests.leaderboard.test_table import ended

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from tests.fakes.wavespeed import FakeWaveSpeed

pytestmark = pytest.mark.django_db
LLAVA = "llava:7b@router"


@pytest.fixture
def router(settings: SettingsWrapper) -> None:
    """A server that prices tokens: 1 dollar for a million in, 10 for a million out."""
    settings.SERVERS = (Server("router", "http://127.0.0.1:9/v1", "Router", ""),)
    ListedModel.objects.create(
        provider="router", model_id="llava:7b", input_price="0.000001", output_price="0.00001"
    )


@pytest.fixture
def table(settings: SettingsWrapper, tmp_path: Path) -> Callable[..., None]:
    settings.DATA_DIR = tmp_path

    def write(as_of: Any = "2026-11-20", **models: Any) -> None:
        path = tmp_path / price_table.NAME
        data = {"as_of": as_of, "models": {key.replace("__", "/"): v for key, v in models.items()}}
        path.write_text(json.dumps(data))
        os.utime(path, ns=(path.stat().st_mtime_ns + 1, path.stat().st_mtime_ns + 1))

    return write


def answered(tokens_in: int, tokens_out: int, **fields: Any) -> Run:
    values = {"provider": "router", "units": 0, "tokens_in": tokens_in, "tokens_out": tokens_out}
    run = ended(LLAVA, **(values | fields))
    daily_stats.count_all()
    cache.clear()
    return run


@pytest.mark.usefixtures("router")
def test_with_neither_a_limit_nor_a_usual_length_nothing_is_estimated() -> None:
    assert price_of("router", LLAVA) is None


@pytest.mark.usefixtures("router")
def test_a_limit_bounds_the_estimate() -> None:
    assert price_of("router", LLAVA, max_tokens=100) == Decimal("0.0025")  # 1,500 in, 100 out


@pytest.mark.usefixtures("router")
def test_usual_tokens_make_the_estimate_and_a_lower_limit_lowers_it() -> None:
    answered(1000, 300)
    answered(3000, 100)
    assert price_of("router", LLAVA) == Decimal("0.004")  # 2,000 in, 200 out
    assert price_of("router", LLAVA, max_tokens=50) == Decimal("0.0025")
    assert price_of("router", LLAVA, max_tokens=5000) == Decimal("0.004")


@pytest.mark.usefixtures("router")
def test_a_run_keeps_its_estimate(client: Client) -> None:
    fields = form(models=[LLAVA], tokens_mode="custom", max_tokens="100")
    assert "about $0.0025" in client.get("/selection/", fields).content.decode()
    client.post("/runs/", fields)
    assert Run.objects.get().price == Decimal("0.0025")


@pytest.mark.usefixtures("router")
def test_a_limit_beyond_all_answers_is_no_estimate_and_no_error(client: Client) -> None:
    ListedModel.objects.update(output_price="0.9")
    answer = client.post("/runs/", form(models=[LLAVA], max_tokens=str(2**31 - 1)))
    assert (answer.status_code, Run.objects.get().price) == (303, None)


def test_the_owners_table_comes_before_a_configured_price(
    table: Callable[..., None], settings: SettingsWrapper, upstream: object
) -> None:
    settings.WAVESPEED_BASE_PRICE = Decimal("0.05")
    table(**{FLASH: {"run": 0.02}})
    assert estimate([entries.find(FLASH), entries.find(GPT)]).amount == Decimal("0.17")


@pytest.mark.usefixtures("router")
def test_the_table_prices_tokens_for_a_million(table: Callable[..., None]) -> None:
    table(**{LLAVA: {"input": 2, "output": 20}})
    answered(1000, 100)
    assert price_of("router", LLAVA) == Decimal("0.004")


def test_the_table_is_read_again_when_it_changes(table: Callable[..., None]) -> None:
    assert price_of("wavespeed", FLASH) is None
    for amount in (0.5, 0.25):
        table(**{FLASH: {"run": amount}})
        assert price_of("wavespeed", FLASH) == Decimal(str(amount))


SLIPS = [
    b"",
    b"[]",
    b'{"models": {}}',
    b'{"as_of": "2026-11-20", "models": {"a": 1}}',
    b'{"as_of": "2026-11-20", "models": {"a": {"run": "1"}}}',
    b'{"as_of": "2026-11-20", "models": {"a": {"run": -1}}}',
    b'{"as_of": "2026-11-20", "models": {"a": {"run": NaN}}}',
    b'{"as_of": "2026-11-20", "models": {"a": {"run": 1e99}}}',
    b'{"as_of": "2026-11-20", "models": {"a": {"input": 1}}}',
    b'{"as_of": "2026-11-20", "models": {"a": {"run": 1}, "a": {"run": 2}}}',
    b'{"as_of": 3, "models": {}}',
    b"[" * 100_000,
    b"\xff\xfe",
]


@pytest.mark.parametrize("content", SLIPS, ids=range(len(SLIPS)))
def test_a_table_with_a_slip_is_left_out_and_named(
    settings: SettingsWrapper, tmp_path: Path, content: bytes
) -> None:
    settings.DATA_DIR = tmp_path
    (tmp_path / price_table.NAME).write_bytes(content)
    assert price_table.price_table() == price_table.PriceTable()
    assert [one.id for one in checks.price_file()] == ["playground.W003"]


def test_settings_say_why_a_table_is_left_out(client: Client, table: Callable[..., None]) -> None:
    table(**{FLASH: {"run": "cheap"}})
    page = client.get("/settings/").content.decode()
    assert f"is left out: a price of {FLASH} is no number from 0 to 100,000." in page


def test_settings_say_of_when_the_owners_prices_are(
    client: Client, table: Callable[..., None]
) -> None:
    table(**{FLASH: {"run": 0}, GPT: {"input": 1, "output": 2}, "left@gone": {"run": 1}})
    page = client.get("/settings/").content.decode()
    assert "in the data folder, of 20 November 2026" in page
    assert '<p class="number">3</p>' in page


def test_a_price_of_zero_is_a_price(
    client: Client, upstream: FakeWaveSpeed, table: Callable[..., None]
) -> None:
    table(**{FLASH: {"run": 0}})
    assert "1 run, about $0.00" in client.get("/").content.decode()


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists, max_leaves=5))
def test_no_entry_breaks_the_reader(value: Any) -> None:
    made = price_table.PriceTable()
    try:
        price_table._add(made, "m", {"run": value})
    except price_table.PriceTableError:
        assert not made.runs


def cell(**fields: Any) -> Cell:
    values: dict[str, Any] = dict.fromkeys(Cell.__dataclass_fields__)
    values |= {"provider": "wavespeed", "prediction_id": "p", "status": "completed", "units": 1}
    return Cell(**(values | fields))


def test_a_bill_takes_the_final_amount_where_it_is_known() -> None:
    total = bill([cell(price=Decimal(2), charged=Decimal(1)), cell(price=Decimal(3))])
    assert (total.amount, total.estimated, total.unpriced) == (Decimal(4), True, 0)


def test_what_cost_nothing_is_not_on_a_bill() -> None:
    free = [
        cell(provider="demo", price=Decimal(1)),
        cell(status="failed", price=Decimal(1)),
        cell(status="cancelled", prediction_id="", price=Decimal(1)),
    ]
    assert bill(free).runs == 0


def test_what_may_have_cost_is_on_it() -> None:
    paid = [
        cell(status="cancelled", price=Decimal(1)),
        cell(status="unknown", price=Decimal(1)),
        cell(status="failed", charged=Decimal(1)),
    ]
    assert bill(paid).amount == Decimal(3)


def test_the_page_of_a_run_says_what_it_cost(client: Client) -> None:
    run = ended(price="0.05")
    page = f"/runs/{run.pk}/"
    assert '<dt>Cost</dt><dd class="number">about $0.05</dd>' in markup(client.get(page))
    Run.objects.update(status="failed")
    assert "<dt>Cost</dt><dd>None</dd>" in markup(client.get(page))
    Run.objects.update(charged="0.02")
    assert '<dt>Cost</dt><dd class="number">$0.02</dd>' in markup(client.get(page))


def test_a_day_of_history_says_what_its_runs_cost(client: Client) -> None:
    ended(price="0.05")
    ended(price="0.15", charged="0.10")
    page = client.get("/runs/").content.decode()
    assert "Shown: about $0.15" in page
    Run.objects.update(charged="0.20")
    assert "Shown: $0.40" in client.get("/runs/").content.decode()


def test_a_run_without_a_price_is_said_to_be_left_out(client: Client) -> None:
    ended(price="0.05")
    ended()
    assert "about $0.05, 1 run without a price" in client.get("/runs/").content.decode()


def test_without_any_price_a_day_counts_units(client: Client) -> None:
    ended()
    ended(GPT, units=3)
    assert "Shown: 4 units" in client.get("/runs/").content.decode()


def test_demo_runs_cost_nothing(client: Client) -> None:
    ended(provider="demo")
    assert "Shown:" not in client.get("/runs/").content.decode()


def test_the_demo_beside_a_server_costs_nothing(router: None) -> None:
    both = estimate([entries.find(GPT), entries.find(LLAVA)], max_tokens=1000)
    alone = estimate([entries.find(LLAVA)], max_tokens=1000)
    assert (both.runs, both.amount, both.units, both.premium) == (2, alone.amount, 0, 0)
    assert not both.is_free


def test_a_model_of_a_server_is_no_standard_model(client: Client, router: None) -> None:
    page = client.get(f"/?model={LLAVA}").content.decode()
    assert 'price not known</strong><br><span class="hint">Not counted in units' in page


def test_a_matrix_of_the_demo_and_a_server_costs_what_the_server_does(
    client: Client, router: None
) -> None:
    fields = form(models=[FLASH, LLAVA], images=[upload(), upload(png("red"), "red.png")])
    client.post("/runs/", fields | {"image_mode": "each", "confirmed": "4", "max_tokens": "1000"})
    Run.objects.filter(provider="router").update(price=Decimal("0.25"))
    page = markup(client.get(Run.objects.all()[0].comparison.get_absolute_url()))
    assert "About $0.50 in all" in page


def test_a_matrix_whose_runs_all_failed_cost_nothing(client: Client, router: None) -> None:
    fields = form(models=[LLAVA], images=[upload(), upload(png("red"), "red.png")])
    client.post("/runs/", fields | {"image_mode": "each", "confirmed": "2"})
    for run in Run.objects.all():
        run.finish("failed")
    page = markup(client.get(Run.objects.all()[0].comparison.get_absolute_url()))
    assert '<p class="muted">No charge</p>' in page
