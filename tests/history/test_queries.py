"""How History asks the database: along an index, for a few rows, with as many queries as ever."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from playground.accounts.models import Account
from playground.accounts.projects import members
from playground.accounts.visitor import Visitor
from playground.history import index_scans
from playground.history import pagination as finding
from playground.history.filters import HistoryFilters
from playground.images.models import Image
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import DjangoDbBlocker

pytestmark = pytest.mark.django_db

LOCAL = Visitor(local=True)
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


def plan(visitor: Visitor = LOCAL, **filters: str) -> str:
    """What the database does first for a page that follows another one."""
    return plans(visitor, **filters)[0]


def plans(visitor: Visitor, **filters: str) -> list[str]:
    """The same of each of its queries; in which projects somebody is, is known before."""
    assert visitor.projects is not None
    with CaptureQueriesContext(connection) as queries:
        finding.page(visitor, HistoryFilters(filters), timezone.now())
    explain = "EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "
    return [_explained(explain + query["sql"]) for query in queries]


def _explained(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def leave_no_choice() -> None:
    """So few rows are read in any way; PostgreSQL knows that, and SQLite does not ask."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for way in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
            cursor.execute("DROP INDEX run_listed_newest")


@pytest.fixture(scope="module")
def many(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Made once for all tests in here."""
    with django_db_blocker.unblock():
        call_command("seedruns", "2000", seed=3, verbosity=0)
        yield
        for model in (Run, Comparison, Image):
            model.objects.all().delete()


@pytest.mark.usefixtures("many")
def test_every_filter_reads_along_its_index_in_the_order_of_the_page() -> None:
    assert "run_listed_newest" in plan()
    leave_no_choice()
    for name, filters in INDEXES.items():
        steps = plan(**filters)
        assert f"run_listed_{name}" in steps, steps
        assert "TEMP B-TREE" not in steps, steps
        assert "Sort" not in steps, steps


@pytest.mark.usefixtures("many")
def test_what_one_of_many_members_sees_is_read_along_an_index() -> None:
    leave_no_choice()
    member = Account.objects.create(username="ada")
    assert "run_listed_owner" in plan(Visitor(account=member))


@pytest.mark.usefixtures("many")
def test_each_project_of_a_member_is_read_along_an_index_too() -> None:
    leave_no_choice()
    member = Account.objects.create(username="ada")
    for name in ("Receipts", "Plans"):
        members.create(name, member)
    own, *projects = plans(Visitor(account=member))
    assert "run_listed_owner" in own
    assert [("run_listed_project" in one, "TEMP B-TREE" in one) for one in projects] == [
        (True, False),
        (True, False),
    ]


@pytest.mark.usefixtures("many")
def test_of_several_filters_and_a_search_the_one_that_fills_the_page_first_is_enough() -> None:
    filters = {"model": "openai/gpt-4o", "status": "failed"}
    found = finding.page(LOCAL, HistoryFilters(filters, q="total")).found
    fit = Run.objects.filter(model_id="openai/gpt-4o", status="failed").search("total")
    assert {one.run for one in found} == {run.pk for run in fit}


def test_whichever_way_wins_the_page_is_the_same(
    many: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted, pages = HistoryFilters({"provider": "wavespeed", "kind": "comparison"}, q="total"), []
    ways = list(index_scans._ways([Q()], wanted, None))
    for way in ways:
        monkeypatch.setattr(index_scans, "_ways", lambda *_: iter([way]))  # noqa: B023
        pages.append(finding.page(LOCAL, wanted))
    assert len(pages) == 2
    assert pages[0].older
    forms = [[one.form for one in page.found] for page in pages]
    assert forms[0] == forms[1]


@pytest.mark.usefixtures("many")
def test_searching_goes_on_where_the_page_before_ended() -> None:
    wanted, before, seen = HistoryFilters({}, q="receipt"), None, []
    while True:
        page = finding.page(LOCAL, wanted, before)
        seen += [one.form for one in page.found]
        if not page.older:
            break
        before = datetime.fromisoformat(page.older)
    fit = Run.objects.search("receipt").values_list("comparison_id", "pk")
    assert len(seen) == len({comparison or run for comparison, run in fit})


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(("filters", "most"), [({}, 8), ({"q": "total"}, 11), ({"q": "none"}, 6)])
def test_a_page_takes_as_many_queries_as_ever(
    client: Client, filters: dict[str, str], most: int
) -> None:
    client.get("/runs/")  # what is kept for some seconds is read now
    with CaptureQueriesContext(connection) as queries:
        client.get("/runs/", filters)
    assert len(queries) <= most


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("filters", [{}, {"model": "openai/gpt-4o", "status": "failed"}])
def test_the_list_reads_no_long_column(client: Client, filters: dict[str, str]) -> None:
    with CaptureQueriesContext(connection) as queries:
        client.get("/runs/", filters)
    chosen = " ".join(one["sql"].split(" FROM ")[0] for one in queries)
    whole = re.sub(r"(SUBSTR|LEFT)\([^)]*\)", "", chosen)
    long = ("prompt", "system_prompt", "output", "output_html", "request", "response")
    assert not [name for name in long if f'."{name}",' in f"{whole},"]
