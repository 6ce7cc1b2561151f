"""The Models page: counted from the runs, right for none, one and many, each person's own."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from playground.accounts.visitor import Visitor
from playground.catalog import daily_stats
from playground.catalog.models import Favourite, ModelDay
from playground.leaderboard import table
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from tests.conftest import FLASH, GPT, HAIKU, form, markup, member, signed_in
from tests.gone import delete_for_good

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

pytestmark = pytest.mark.django_db
LOCAL = Visitor(local=True)


def ended(model: str = FLASH, seconds: float = 2, **fields: Any) -> Run:
    """A run that the provider took at once and that ended after some seconds."""
    start = fields.pop("created_at", timezone.now())
    values = {"provider": "wavespeed", "units": 1, "status": RunStatus.COMPLETED, "prompt": "?"}
    values |= {"created_at": start, "submit_started_at": start, "form_token": uuid.uuid4().hex}
    return Run.objects.create(
        model_id=model, finished_at=start + timedelta(seconds=seconds), **(values | fields)
    )


def row_of(model: str = FLASH, visitor: Visitor = LOCAL) -> table.Row:
    daily_stats.count_all()
    return next(row for row in table.rows(visitor) if row.model.id == model)


def snapshot() -> list[dict[str, Any]]:
    rows = ModelDay.objects.order_by("day", "owner", "provider", "model_id")
    return [{key: v for key, v in row.items() if key != "id"} for row in rows.values()]


def test_without_a_run_the_page_says_what_to_do(client: Client) -> None:
    page = client.get("/models/").content.decode()
    assert "No runs in the last 30 days" in page
    assert page.count('class="row ') == len(table.rows(LOCAL))


def test_one_run_is_its_own_median() -> None:
    ended(seconds=2)
    latency = row_of().latency
    assert latency
    assert latency.low == latency.median == latency.high == pytest.approx(2, rel=0.025)


def test_the_wait_for_a_place_is_not_the_models() -> None:
    start = timezone.now()
    ended(seconds=62, created_at=start, submit_started_at=start + timedelta(seconds=60))
    latency = row_of().latency
    assert latency
    assert latency.median == pytest.approx(2, rel=0.025)


def test_success_counts_what_came_to_an_end_and_not_what_was_cancelled() -> None:
    for status in ("completed", "completed", "completed", "failed", "unknown", "cancelled"):
        ended(status=status)
    row = row_of()
    assert (row.sums.completed, row.sums.runs, row.success) == (3, 5, 0.6)


def test_the_last_30_outcomes_are_the_newest() -> None:
    now = timezone.now()
    for at in range(40):
        status = "failed" if at == 37 else "completed"
        ended(created_at=now - timedelta(days=20, hours=-12 * at), status=status)
    assert row_of().sums.latest == "c" * 27 + "f" + "cc"


def test_counting_again_changes_nothing() -> None:
    call_command("seedruns", "400", seed=4, verbosity=0)
    daily_stats.count_all()
    before = snapshot()
    assert daily_stats.count_all() == 0
    assert snapshot() == before


def test_a_count_that_a_crash_left_wrong_is_made_right() -> None:
    ended()
    daily_stats.count_all()
    before = snapshot()
    ModelDay.objects.update(completed=99, latency={"7": 3})
    ModelDay.objects.create(provider="x", model_id="never", day=daily_stats.today(), completed=1)
    daily_stats.count_recent()
    assert snapshot() == before


def test_a_deleted_run_leaves_the_numbers() -> None:
    run = ended(created_at=timezone.now() - timedelta(days=9))
    assert row_of().sums.runs == 1
    delete_for_good([run])
    assert row_of().sums.runs == 0


def test_what_is_older_than_30_days_is_forgotten() -> None:
    ended()
    ModelDay.objects.create(
        provider="wavespeed", model_id=FLASH, day=daily_stats.first_day() - timedelta(days=1)
    )
    daily_stats.count_all()
    assert [row.day for row in ModelDay.objects.all()] == [daily_stats.today()]


def test_a_run_counts_on_its_day_in_utc() -> None:
    last_moment = datetime.combine(daily_stats.today(), datetime.min.time(), UTC) - timedelta(
        microseconds=1
    )
    ended(created_at=last_moment)
    daily_stats.count_all()
    assert ModelDay.objects.get().day == daily_stats.today() - timedelta(days=1)


def test_a_sealed_comparison_counts_once_its_names_are_shown() -> None:
    comparison = Comparison.objects.create(blind=True, seed=1)
    ended(comparison=comparison)
    assert row_of().sums.runs == 0
    Comparison.objects.update(revealed_at=timezone.now())
    assert row_of().sums.runs == 1


def test_the_demo_counts_only_where_no_model_answered() -> None:
    ended(provider="demo", seconds=1)
    assert (row_of().demo, row_of().sums.runs) == (True, 1)
    ended(provider="wavespeed", seconds=9)
    row = row_of()
    assert (row.demo, row.sums.runs) == (False, 1)
    assert row.latency
    assert row.latency.median > 8


def test_a_model_that_is_gone_keeps_its_numbers(client: Client) -> None:
    ended("nobody/knows-it")
    row = row_of("nobody/knows-it")
    assert (row.sums.runs, row.runnable) == (1, False)
    page = client.get("/models/").content.decode()
    assert "?model=nobody" not in page
    assert "Gone" in page


@pytest.mark.usefixtures("accounts")
def test_everybody_sees_their_own_numbers() -> None:
    mine, other = member("mine"), member("other")
    ended(owner=mine)
    ended(owner=other)
    ended(owner=other)
    assert row_of(visitor=Visitor(account=mine)).sums.runs == 1
    assert row_of(visitor=Visitor(account=other)).sums.runs == 2
    assert row_of().sums.runs == 3


def test_the_page_takes_as_many_queries_for_many_runs_as_for_none(client: Client) -> None:
    client.get("/models/")
    with CaptureQueriesContext(connection) as few:
        client.get("/models/")
    call_command("seedruns", "2000", seed=5, verbosity=0)
    daily_stats.count_all()
    client.get("/models/")  # seeding may take longer than what is kept for seconds
    with CaptureQueriesContext(connection) as many:
        client.get("/models/")
    assert len(many) == len(few) <= 6
    assert not [one for one in many if 'FROM "playground_run"' in one["sql"].split("WHERE")[0]]


def test_a_day_is_counted_along_an_index_of_history() -> None:
    call_command("seedruns", "3000", seed=6, verbosity=0)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    start = timezone.now() - timedelta(days=3)
    runs = Run.objects.not_sealed().between(start, start + timedelta(days=1))
    steps = runs.filter(status__in=daily_stats.COUNTED).order_by("listed_at", "pk").explain()
    assert "run_listed_" in steps


SORTED = {
    "name": [HAIKU, FLASH, GPT],
    "latency": [GPT, HAIKU, FLASH],
    "-latency": [FLASH, HAIKU, GPT],
    "-success": [HAIKU, FLASH, GPT],
    "-runs": [GPT, FLASH, HAIKU],
}


@pytest.mark.parametrize("sort", SORTED)
def test_it_is_sorted_by_the_address(client: Client, sort: str) -> None:
    for status in ("completed", "failed", "failed"):
        ended(GPT, 1, status=status)
    for status in ("completed", "failed"):
        ended(FLASH, 9, status=status)
    ended(HAIKU, 4)
    daily_stats.count_all()
    rows = client.get("/models/", {"sort": sort}).context["rows"]
    shown = [row.model.id for row in rows if row.sums.runs]
    assert shown == SORTED[sort]
    # What has no value comes last, whichever way.
    assert sort == "name" or all(row.sums.runs for row in rows[:3])


@pytest.mark.parametrize("sort", ["", "x", "--runs", "-" * 3000, "\x00"])
def test_an_unknown_order_is_the_usual_one(client: Client, sort: str) -> None:
    assert client.get("/models/", {"sort": sort}).context["order"].column == "latency"


def test_a_star_puts_a_model_first_in_the_picker_once(client: Client) -> None:
    for _ in range(2):
        client.post("/models/star/", {"model": GPT, "starred": "1"})
    page = client.get("/").content.decode()
    picker = page[page.index('class="model-options"') :]
    assert picker.index("Favourites") < picker.index(f'value="{GPT}"') < picker.index("Anthropic")
    assert page.count(f'value="{GPT}"') == 1
    client.post("/models/star/", {"model": GPT, "starred": "0"})
    assert "Favourites" not in client.get("/").content.decode()


@pytest.mark.parametrize("model", ["", "nobody/knows-it", "x" * 5000, "a\x00b"])
def test_what_cannot_be_run_cannot_be_starred(client: Client, model: str) -> None:
    client.post("/models/star/", {"model": model, "starred": "1"})
    assert not Favourite.objects.exists()


@pytest.mark.usefixtures("accounts")
def test_a_star_is_ones_own() -> None:
    mine, other = signed_in(member("mine")), signed_in(member("other"))
    mine.post("/models/star/", {"model": GPT, "starred": "1"})
    other.post("/models/star/", {"model": GPT, "starred": "0"})
    assert b"Favourites" in mine.get("/").content
    assert b"Favourites" not in other.get("/").content


def test_a_star_survives_a_form_with_errors(client: Client) -> None:
    client.post("/models/star/", {"model": GPT, "starred": "1"})
    page = markup(client.post("/runs/", form(prompt="", models=[GPT])))
    assert page.count(f'value="{GPT}" checked') == 1


def test_a_run_through_the_product_is_counted(carried: Callable[..., Run]) -> None:
    carried()
    daily_stats.count_recent()
    assert row_of().sums.runs == 1
