"""How History asks the database: along an index, for a few rows, with as many queries as ever."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from playground.history_form import Wanted
from playground.models import Account, Run
from playground.services import history as finding
from playground.visitors import Visitor

if TYPE_CHECKING:
    from django.test import Client

    from playground.models.run import RunQuerySet

pytestmark = pytest.mark.django_db

INDEXES = {
    "model": {"model": "openai/gpt-4o"},
    "provider": {"provider": "demo"},
    "status": {"status": "failed"},
    "state": {"status": "cut_off"},
    "flagged": {"status": "flagged"},
    "starred": {"starred": "1"},
    "compared": {"kind": "comparison"},
    "single": {"kind": "single"},
}


def plan(runs: RunQuerySet) -> str:
    """What the database will do for one page: the older part of the runs, newest first."""
    page = runs.before(timezone.now()).values_list("listed_at", "comparison_id", "pk")[:120]
    return str(page.explain())


def leave_no_choice() -> None:
    """So few rows are read in any way; PostgreSQL knows that, and SQLite does not ask."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("DROP INDEX run_listed_newest")


@pytest.fixture
def many() -> None:
    call_command("seedruns", "3000", seed=3, verbosity=0)


@pytest.mark.usefixtures("many")
def test_every_filter_reads_along_its_index_in_the_order_of_the_page() -> None:
    assert "run_listed_newest" in plan(Run.objects.all())
    leave_no_choice()
    for name, filters in INDEXES.items():
        steps = plan(Run.objects.narrowed(**filters))
        assert f"run_listed_{name}" in steps, steps
        assert "TEMP B-TREE" not in steps, steps
        assert "Sort" not in steps, steps


@pytest.mark.usefixtures("many")
def test_what_one_of_many_members_sees_is_read_along_an_index() -> None:
    leave_no_choice()
    member = Account.objects.create(username="ada")
    steps = plan(Run.objects.visible_to(Visitor(account=member)))
    assert "run_listed_owner" in steps


@pytest.mark.usefixtures("many")
def test_of_two_filters_the_rare_one_leads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "SMALL", 100)
    found = finding.matches(Run.objects.all(), Wanted({"provider": "demo", "status": "unknown"}))
    assert '"id" IN' in str(found.query)  # the few unknown ones
    assert {(run.provider, run.status) for run in found} == {("demo", "unknown")}


@pytest.mark.usefixtures("many")
def test_a_page_takes_as_many_queries_as_ever(client: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        client.get("/runs/")
    assert len(queries) <= 5


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("filters", [{}, {"model": "openai/gpt-4o", "status": "failed"}])
def test_the_list_reads_no_long_column(client: Client, filters: dict[str, str]) -> None:
    with CaptureQueriesContext(connection) as queries:
        client.get("/runs/", filters)
    chosen = " ".join(one["sql"].split(" FROM ")[0] for one in queries)
    whole = re.sub(r"(SUBSTR|LEFT)\([^)]*\)", "", chosen)
    long = ("prompt", "system_prompt", "output", "output_html", "request", "response")
    assert not [name for name in long if f'."{name}",' in f"{whole},"]
