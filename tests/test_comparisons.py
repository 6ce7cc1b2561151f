"""The Compare screen and its one poll."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest

from playground.models import Comparison, Run, RunStatus
from playground.services import execution, submission
from playground.services.submission import Asked
from tests.conftest import FLASH, GPT, HAIKU
from tests.fakes.wavespeed import FakeWaveSpeed, Fault

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def comparison() -> Comparison:
    started = submission.submit(Asked(prompt="Which?", models=(FLASH, GPT, HAIKU)))
    assert isinstance(started, Comparison)
    return started


def status(client: Client, comparison: Comparison, since: str = "") -> str:
    address = f"/compare/{comparison.pk}/status/"
    return client.get(address, {"since": since}, headers=HTMX).content.decode()


def carry_all(comparison: Comparison) -> None:
    for run in comparison.cells():
        execution.carry(run.pk)


def test_all_cells_are_on_the_page_in_the_order_they_were_chosen(
    client: Client, comparison: Comparison
) -> None:
    text = client.get(comparison.get_absolute_url()).content.decode()
    places = [text.index(f'id="run-{run.pk}"') for run in comparison.cells()]
    assert places == sorted(places)


def test_one_poll_serves_all_cells(client: Client, comparison: Comparison) -> None:
    text = client.get(comparison.get_absolute_url()).content.decode()
    assert text.count("hx-trigger") == 1


def test_a_poll_brings_only_the_cells_that_changed(client: Client, comparison: Comparison) -> None:
    from datetime import timedelta

    from django.utils import timezone

    earlier = timezone.now() - timedelta(minutes=1)
    Run.objects.update(changed_at=earlier, created_at=earlier)
    first = comparison.cells()[0]
    execution.carry(first.pk)
    Run.objects.exclude(pk=first.pk).update(status=RunStatus.PROCESSING, changed_at=earlier)
    text = status(client, comparison, (timezone.now() - timedelta(seconds=5)).isoformat())
    assert text.count("<article") == 1
    assert f'id="run-{first.pk}"' in text


def test_polling_ends_when_all_have_ended(client: Client, comparison: Comparison) -> None:
    carry_all(comparison)
    text = status(client, comparison)
    assert "hx-trigger" not in text
    assert "All 3 runs have ended." in text


def test_the_live_region_counts(client: Client, comparison: Comparison) -> None:
    comparison.cells()[0].cancel()
    assert "1 of 3 runs have ended." in status(client, comparison)


def test_nonsense_in_since_gives_all_cells(client: Client, comparison: Comparison) -> None:
    assert status(client, comparison, "yesterday").count("<article") == 3


def test_one_failed_cell_does_not_touch_the_others(client: Client, upstream: FakeWaveSpeed) -> None:
    upstream.fault("submit", Fault.answer(400), model=GPT)
    comparison = submission.submit(Asked(prompt="Which?", models=(FLASH, GPT)))
    assert isinstance(comparison, Comparison)
    carry_all(comparison)
    states = [run.status for run in comparison.cells()]
    assert states == [RunStatus.COMPLETED, RunStatus.FAILED]


def test_a_retried_cell_takes_the_place_of_the_failed_one(
    client: Client, upstream: FakeWaveSpeed
) -> None:
    upstream.fault("submit", Fault.answer(400), model=GPT)
    comparison = submission.submit(Asked(prompt="Which?", models=(FLASH, GPT)))
    assert isinstance(comparison, Comparison)
    carry_all(comparison)
    failed = comparison.cells()[1]
    client.post(f"/runs/{failed.pk}/retry/", {"form_token": "t"}, headers=HTMX)
    carry_all(comparison)
    assert [run.status for run in comparison.cells()] == [RunStatus.COMPLETED] * 2
    assert len(upstream.submissions) == 2


def test_a_comparison_that_never_was_is_a_404_and_its_poll_ends(client: Client) -> None:
    address = f"/compare/{uuid.uuid4()}/"
    assert client.get(address).status_code == 404
    response = client.get(f"{address}status/", headers=HTMX)
    assert (response.status_code, b"hx-trigger" in response.content) == (404, False)


def test_deleting_every_run_deletes_the_comparison(client: Client, comparison: Comparison) -> None:
    carry_all(comparison)
    for run in comparison.cells():
        client.post(f"/runs/{run.pk}/delete/")
    assert client.get(comparison.get_absolute_url()).status_code == 404
    assert not Comparison.objects.exists()
