"""Threads pass few PostgreSQL connections on; one that the server ended is never passed on."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
from django.db import OperationalError

from playground.storage import shared_connections
from playground.storage.databases import database_settings
from playground.storage.postgresql.base import DatabaseWrapper, is_there
from playground.storage.shared_connections import Connections
from tests.servers.processes import until
from tests.storage.passing import PassedOn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.servers import PostgresServer

pytestmark = [pytest.mark.django_db, pytest.mark.processes]
Opened = "Callable[[], DatabaseWrapper]"
USUAL: dict[str, Any] = {"AUTOCOMMIT": True, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False}


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[Connections]:
    made = Connections(2, 0.05, strict=True)
    made.passed_on = True
    monkeypatch.setattr(DatabaseWrapper, "kept", made)
    yield made
    for _, connection in made._spare:
        connection.close()


@pytest.fixture
def name() -> str:
    return f"test_{uuid.uuid4().hex}"


@pytest.fixture
def opened(
    tmp_path: Path, postgres: PostgresServer, name: str, kept: Connections
) -> Iterator[Opened]:
    """Open the database as each thread does, for itself."""
    settings = database_settings(postgres.create_database(name), tmp_path)
    made: list[DatabaseWrapper] = []

    def open_one() -> DatabaseWrapper:
        wrapper = DatabaseWrapper({**settings, **USUAL, "TIME_ZONE": None})
        made.append(wrapper)
        wrapper.connect()
        return wrapper

    yield open_one
    for wrapper in made:
        wrapper.close()


class TestPassedOn(PassedOn):
    """On PostgreSQL."""


def test_a_connection_that_the_server_ended_costs_nobody_an_error(
    opened: Opened, postgres: PostgresServer, name: str
) -> None:
    both = [opened(), opened()]
    raws = [one.connection for one in both]
    for one in both:
        one.close()
    postgres.end_connections(name)
    until(lambda: not any(map(is_there, raws)), "both connections are known to be ended")
    with opened().cursor() as cursor:
        cursor.execute("SELECT 1")
    assert all(raw.closed for raw in raws)


def test_a_transaction_that_was_left_open_is_not_passed_on(opened: Opened) -> None:
    first = opened()
    raw = first.connection
    raw.execute("BEGIN")
    first.close()
    assert opened().connection is not raw


def test_no_more_are_open_than_may_be(opened: Opened) -> None:
    first = opened()
    second = opened()
    with pytest.raises(OperationalError, match="all 2 connections of this process"):
        opened()
    second.close()
    assert opened().connection is not first.connection


def test_a_server_that_is_away_takes_no_place(opened: Opened, kept: Connections) -> None:
    away = opened()
    away.close()
    kept._spare.pop()[1].close()
    there, away.settings_dict["PORT"] = away.settings_dict["PORT"], 1
    for _ in range(3):
        with pytest.raises(OperationalError):
            away.ensure_connection()
    away.settings_dict["PORT"] = there
    away.ensure_connection()


def test_one_that_nobody_needs_for_minutes_is_closed(
    opened: Opened, kept: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = opened(), opened()
    raw = first.connection
    first.close()
    monkeypatch.setattr(shared_connections, "MAX_IDLE", -1.0)
    second.close()
    assert (raw.closed, len(kept._spare)) == (True, 0)


def test_where_processes_are_forked_nothing_is_kept(opened: Opened, kept: Connections) -> None:
    kept.passed_on = False
    first = opened()
    raw = first.connection
    first.close()
    assert (raw.closed, len(kept._spare)) == (True, 0)
