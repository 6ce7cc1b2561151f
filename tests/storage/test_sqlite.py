"""A worker's threads pass a few SQLite connections on; a broken one is never passed on."""

from __future__ import annotations

import gc
import threading
from typing import TYPE_CHECKING, Any

import pytest
from django.db import OperationalError

from playground.storage.shared_connections import Connections
from playground.storage.sqlite.base import DatabaseWrapper
from tests.patience import PATIENCE_SECONDS
from tests.storage.passing import PassedOn

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db  # else no connection may be used, these neither
Opened = "Callable[[], DatabaseWrapper]"


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Connections:
    made = Connections(32, 10.0, strict=False)
    made.passed_on = True
    monkeypatch.setattr(DatabaseWrapper, "kept", made)
    return made


@pytest.fixture
def opened(tmp_path: Path, kept: Connections) -> Opened:
    """Open the database as each thread does, for itself."""
    settings = {"ENGINE": "playground.storage.sqlite", "NAME": tmp_path / "rows.db", "OPTIONS": {}}
    usual: dict[str, Any] = {"AUTOCOMMIT": True, "CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": False}

    def open_one() -> DatabaseWrapper:
        wrapper = DatabaseWrapper({**settings, **usual, "TIME_ZONE": None})
        wrapper.connect()
        return wrapper

    return open_one


class TestPassedOn(PassedOn):
    """On SQLite."""


def test_a_connection_that_broke_is_not_passed_on(opened: Opened) -> None:
    first = opened()
    raw = first.connection
    with pytest.raises(OperationalError), first.cursor() as cursor:
        cursor.execute("SELECT * FROM nowhere")
    first.close()
    assert opened().connection is not raw


def test_a_transaction_that_was_left_open_is_not_passed_on(opened: Opened) -> None:
    first = opened()
    raw = first.connection
    raw.execute("BEGIN")
    first.close()
    assert opened().connection is not raw


def test_who_comes_when_all_are_taken_waits_for_one(opened: Opened, kept: Connections) -> None:
    kept._places = threading.Semaphore(1)
    first, raws = opened(), list[object]()
    raw = first.connection
    thread = threading.Thread(target=lambda: raws.append(opened().connection))
    thread.start()
    first.close()
    thread.join(PATIENCE_SECONDS)
    assert raws == [raw]


def test_a_connection_that_could_not_be_opened_takes_no_place(
    tmp_path: Path, kept: Connections, opened: Opened
) -> None:
    kept._places = threading.Semaphore(1)
    bad = opened()
    bad.close()
    kept._spare.clear()
    good, bad.settings_dict["NAME"] = bad.settings_dict["NAME"], tmp_path / "none" / "rows.db"
    with pytest.raises(OperationalError):
        bad.ensure_connection()
    bad.settings_dict["NAME"] = good
    bad.ensure_connection()  # waits for nobody


def test_a_thread_that_ends_without_closing_gives_its_place_back(
    opened: Opened, kept: Connections
) -> None:
    kept._places = threading.Semaphore(1)
    thread = threading.Thread(target=opened)
    thread.start()
    thread.join(PATIENCE_SECONDS)
    gc.collect()
    opened()
    assert kept._places._value == 0  # it was not opened beyond the places


def test_one_more_than_there_are_places_is_not_kept(opened: Opened, kept: Connections) -> None:
    kept._places = threading.Semaphore(1)
    kept.patience = 0.01
    first, second = opened(), opened()
    second.close()
    first.close()
    assert (len(kept._spare), kept._places._value) == (1, 1)


def test_one_that_was_opened_before_is_closed(opened: Opened, kept: Connections) -> None:
    kept.passed_on = False
    first = opened()
    kept.passed_on = True
    first.close()
    assert (len(kept._spare), kept._places._value) == (0, kept.most)


def test_where_processes_are_forked_nothing_is_kept(opened: Opened, kept: Connections) -> None:
    kept.passed_on = False
    first = opened()
    raw = first.connection
    first.close()
    assert opened().connection is not raw
