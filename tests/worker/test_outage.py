"""A queue that is away is asked by one thread at a time, and told of once."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from playground.worker.queue import storage as doorbell
from playground.worker.queue.storage import Outage, Steady

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

THREADS = 8


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorbell, "RETRY_SECONDS", 0.01)


class Storage:
    """One that is away until it has been asked so often."""

    def __init__(self, away_for: int) -> None:
        self.left, self.at_once, self.most = away_for, 0, 0

    def ask(self) -> str:
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        self.left -= 1
        self.at_once -= 1
        if self.left >= 0:
            raise OSError("nobody there")
        return "message"


def all_of(outage: Outage, storage: Storage) -> Iterator[threading.Thread]:
    def until_answered() -> None:
        while outage.ask(storage.ask) is None:
            pass

    for _ in range(THREADS):
        yield threading.Thread(target=until_answered)


def test_it_is_told_of_once_when_it_goes_and_once_when_it_is_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    outage, storage = Outage(), Storage(away_for=40)
    threads = list(all_of(outage, storage))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    said = [record.message.split(";")[0] for record in caplog.records]
    assert said == ["the queue is away", "the queue is back"]


def test_one_thread_at_a_time_asks_for_it() -> None:
    outage, turn = Outage(), threading.Event()
    outage.note(OSError())
    asking = threading.Thread(target=outage.ask, args=(lambda: turn.wait(20),))
    asking.start()
    asked: list[bool] = []
    assert outage.ask(lambda: asked.append(True)) is None
    turn.set()
    asking.join()
    assert asked == []


def test_whoever_finds_that_it_is_back_calls_for_what_was_lost() -> None:
    outage, calls = Outage(), []
    outage.returned = lambda: calls.append(outage.away)
    outage.note(OSError())
    for _ in range(2):
        assert outage.ask(lambda: "message") == "message"
    assert calls == [False]


def test_an_answer_that_is_nothing_is_no_outage(caplog: pytest.LogCaptureFixture) -> None:
    outage = Outage()
    assert (outage.ask(lambda: None), outage.away, caplog.records) == (None, False, [])


class Away:
    """A storage of Huey whose server is not there."""

    def dequeue(self) -> bytes:
        raise OSError("nobody there")

    def read_schedule(self, moment: datetime) -> list[bytes]:
        raise OSError("nobody there")


class SteadyAway(Steady, Away):
    pass


def test_a_thread_of_a_worker_gets_no_message_and_no_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    queue = SteadyAway()
    got = [queue.dequeue(), queue.dequeue(), queue.read_schedule(timezone.now())]
    assert (got, len(caplog.records)) == ([None, None, []], 1)
