"""When a worker asks about a run again: by its age, its model's usual time, and the other runs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache
from django.utils import timezone

from playground.catalog.latency import Usual, usual
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.worker import poll_schedule
from playground.worker.poll_schedule import (
    MAX_POLLS_PER_SECOND,
    MAX_SECONDS,
    MAX_USUAL_POLLS,
    MIN_SECONDS,
    Pace,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.wavespeed import FakeWaveSpeed


def test_polls_grow_apart_with_the_age_of_a_run() -> None:
    waits = [Pace().wait(age) for age in (0.2, 10, 1000)]
    assert waits == sorted(waits)
    assert MIN_SECONDS * 0.8 < waits[0] < MIN_SECONDS * 1.2
    assert MAX_SECONDS * 0.8 < waits[-1] < MAX_SECONDS * 1.2


def polled(seconds: float, known: Usual | None) -> tuple[int, float]:
    """Ask about a run that ends then; returns how often, and how late its end was seen."""
    pace, age, polls = Pace(), 0.0, 0
    while age < seconds:
        age, polls = age + pace.wait(age, usual=known), polls + 1
    return polls, age - seconds


@pytest.mark.parametrize("seconds", [0.2, 2.0, 30.0, 300.0])
def test_fewer_polls_find_the_end_sooner_where_the_usual_time_is_known(seconds: float) -> None:
    known = Usual(0.98 * seconds, seconds, 1.02 * seconds)
    without, knowing = ([polled(seconds, one) for _ in range(50)] for one in (None, known))
    assert sum(polls for polls, _ in knowing) < sum(polls for polls, _ in without)
    late, usually_late = (sum(late for _, late in some) for some in (knowing, without))
    assert late < 0.85 * usually_late


@pytest.mark.parametrize("seconds", [1.0, 30.0, 120.0])
def test_an_unusual_run_is_asked_about_hardly_later(seconds: float) -> None:
    for median in (seconds / 3, seconds * 3):
        polls, late = polled(seconds, Usual(0.9 * median, median, 1.1 * median))
        assert polls < polled(seconds, None)[0] + MAX_USUAL_POLLS
        assert late < max(0.25 * seconds, 4 * MIN_SECONDS)


@pytest.mark.django_db
def test_the_usual_time_is_that_of_the_provider_alone(ask: Callable[..., Run]) -> None:
    begun = timezone.now()
    for _ in range(5):
        run = ask()
        moments = {"created_at": begun, "submit_started_at": begun + timedelta(seconds=50)}
        moments["finished_at"] = begun + timedelta(seconds=53)
        Run.objects.filter(pk=run.pk).update(status=RunStatus.COMPLETED, **moments)
    assert usual(run.model_id, "submit_started_at") == Usual(3, 3, 3)
    assert usual(run.model_id) == Usual(53, 53, 53)


@pytest.mark.django_db
def test_a_call_that_is_the_answer_counts_from_its_start(
    upstream: FakeWaveSpeed, carried: Callable[..., Run]
) -> None:
    upstream.configure(sync=True, delay=0.2)
    *_, run = (carried() for _ in range(5))
    known = usual(run.model_id, "submit_started_at")
    assert known
    assert known.low >= 0.2


@pytest.mark.django_db
def test_a_worker_asks_by_what_is_usual(
    upstream: FakeWaveSpeed, carried: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        carried()
    cache.clear()  # it is looked up once a minute
    asked_by = []
    wait = Pace.wait
    monkeypatch.setattr(Pace, "wait", lambda *given: (asked_by.append(given[-1]), wait(*given))[1])
    run = carried()
    assert set(asked_by) == {usual(run.model_id, "submit_started_at")}
    assert None not in asked_by


def test_many_runs_share_the_polls_of_a_worker() -> None:
    pace = Pace()
    turns = [pace.stand_in_line() for _ in range(2 * MAX_POLLS_PER_SECOND)]
    assert turns[0] == 0
    assert 1.5 < turns[-1] < 2.0


def test_who_is_left_when_the_others_ended_waits_no_longer_for_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [100.0]
    monkeypatch.setattr(poll_schedule.time, "monotonic", lambda: now[0])
    pace = Pace()
    for _ in range(3):
        pace.stand_in_line()
    now[0] += 4 / MAX_POLLS_PER_SECOND
    assert pace.stand_in_line() == 0


def test_polls_that_fail_grow_apart_faster() -> None:
    pace = Pace()
    assert pace.wait(1.0, failures=2) > 4 * pace.wait(1.0)
