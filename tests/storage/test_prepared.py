"""Queries whose SQL is written once find what the querysets find that they were written from."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.storage.prepared import Prepared, PreparedUpdate
from playground.worker import execution, run_queries
from tests.conftest import form, upload

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
Press = "Callable[..., Run]"


def test_each_call_has_its_own_values(ask: Press) -> None:
    first, second = ask("one"), ask("two")
    prepared = Prepared(lambda run: Run.objects.filter(pk=run).values_list("pk", "prompt"))
    found = [prepared.rows(run=one.pk) for one in (first, second)]
    assert found == [[(first.pk, "one")], [(second.pk, "two")]]
    assert prepared.rows(run=uuid.uuid4()) == []


def test_the_sql_is_written_once(ask: Press) -> None:
    written: list[Any] = []

    def build(run: uuid.UUID) -> Any:
        written.append(run)
        return Run.objects.filter(pk=run).values_list("pk")

    prepared = Prepared(build)
    assert prepared.rows(run=ask().pk)
    assert prepared.rows(run=ask().pk)
    assert len(written) == 1


@pytest.mark.parametrize(
    "of", [uuid.UUID(int=7), datetime(2026, 2, 3, 4, 5, 6, 7, tzinfo=UTC), "a text", 42], ids=str
)
def test_values_arrive_as_the_database_wants_them(ask: Press, of: Any) -> None:
    columns = {uuid.UUID: "claim_token", str: "worker", int: "max_tokens"}
    column = columns.get(type(of), "lease_until")
    prepared = Prepared(lambda value: Run.objects.filter(**{column: value}).values_list(column))
    assert prepared.rows(value=of) == []
    ask()
    Run.objects.update(**{column: of})
    assert prepared.rows(value=of) == [(of,)]


def test_values_of_one_type_are_told_apart(ask: Press) -> None:
    run, claim = ask(), uuid.uuid4()
    Run.objects.filter(pk=run.pk).update(claim_token=claim)
    prepared = Prepared(
        lambda run, claim: Run.objects.filter(pk=run, claim_token=claim).values_list("pk")
    )
    assert prepared.rows(run=run.pk, claim=claim) == [(run.pk,)]
    assert prepared.rows(run=claim, claim=run.pk) == []


@pytest.mark.parametrize("request_kept", [{"prompt": "Where?", "images": ["a"]}, None], ids=str)
@pytest.mark.parametrize("moment", [datetime(2026, 2, 3, 4, 5, 6, 7, tzinfo=UTC), None], ids=str)
def test_an_update_sets_what_it_is_given_where_it_is_so(
    ask: Press, request_kept: Any, moment: datetime | None
) -> None:
    run, other = ask(), ask()
    prepared = PreparedUpdate(lambda run, worker: Run.objects.filter(pk=run, worker=worker))
    for words in ("first", "then"):
        values = {"request": request_kept, "lease_until": moment, "last_error": words}
        assert prepared.update(values, run=run.pk, worker="") == 1
        assert prepared.update(values, run=run.pk, worker="another") == 0
        run.refresh_from_db()
        assert {name: getattr(run, name) for name in values} == values
    assert Run.objects.get(pk=other.pk).last_error == ""


def test_a_run_is_read_as_the_orm_reads_it(ask: Press) -> None:
    run = ask(system_prompt="Briefly.")
    assert run.claim("a")
    assert run.begin_submission({"prompt": "What is this?"})
    found, expected = run_queries.whole(run.pk), Run.objects.get(pk=run.pk)
    assert found
    assert not found.get_deferred_fields()
    names = [field.attname for field in Run._meta.concrete_fields]
    assert [getattr(found, one) for one in names] == [getattr(expected, one) for one in names]


def test_what_waits_and_what_is_in_flight_is_counted_as_the_orm_counts(ask: Press) -> None:
    later, first, taken = ask("later"), ask("first"), ask("taken")
    Run.objects.filter(pk=first.pk).update(created_at=timezone.now() - timedelta(hours=1))
    assert taken.claim("a")
    assert run_queries.longest_waiting(taken.provider) == first.pk
    assert run_queries.count_in_flight(taken.provider) == 1
    Run.objects.filter(pk=later.pk).update(status=RunStatus.PROCESSING)
    assert run_queries.count_in_flight(taken.provider) == 2
    assert run_queries.longest_waiting("nobody") is None


def test_a_run_that_was_deleted_is_not_taken(ask: Press) -> None:
    run = ask()
    Run.objects.update(deleted_at=timezone.now())
    assert run_queries.whole(run.pk) is None
    assert execution._take(run.pk) is None


def test_pictures_are_read_where_there_are_some(client: Client, ask: Press) -> None:
    client.post("/runs/", form(images=[upload()]))
    assert run_queries.has_pictures(Run.objects.get().pk)
    assert not run_queries.has_pictures(ask().pk)
