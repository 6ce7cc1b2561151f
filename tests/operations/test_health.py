"""`/healthz` says which of database, queue and storage does not work, and waits for none."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import pytest

from playground.operations import trials
from playground.operations import views as health
from playground.storage.databases import database_settings
from tests.servers.processes import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db
WORKING = {"database": "ok", "queue": "ok", "storage": "ok"}


def said(client: Client) -> tuple[int, dict[str, str]]:
    response = client.get("/healthz")
    return response.status_code, {name: response.json()[name] for name in WORKING}


def queue_at(settings: SettingsWrapper, url: str) -> None:
    at_redis = {"url": url} if url.startswith("redis") else {}
    connection = at_redis or {"database": database_settings(url, settings.DATA_DIR)}
    settings.HUEY = settings.HUEY | {"connection": connection}


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A server that lets everybody connect and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(16)
        listening.settimeout(0.2)
        yield listening


def accepted(listening: socket.socket) -> int:
    count = 0
    try:
        while True:
            listening.accept()[0].close()
            count += 1
    except TimeoutError:
        return count


def test_everything_works(client: Client) -> None:
    assert said(client) == (200, WORKING)


def test_a_folder_that_cannot_be_written_to_is_said(
    client: Client, settings: SettingsWrapper, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    settings.MEDIA_ROOT = tmp_path / "file/media"
    assert said(client) == (503, WORKING | {"storage": "cannot be written to"})


def test_a_full_disk_is_said(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trials, "MIN_FREE_BYTES", 2**62)
    assert said(client) == (503, WORKING | {"storage": "the disk is full"})


@pytest.mark.parametrize("url", ["redis://:hidden@127.0.0.1:{}/0", "postgres://127.0.0.1:{}/name"])
def test_a_queue_that_refuses_is_said(client: Client, settings: SettingsWrapper, url: str) -> None:
    queue_at(settings, url.format(free_port()))
    assert said(client) == (503, WORKING | {"queue": "does not answer"})


def test_a_database_that_refuses_is_said(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> str:
        return trials._postgres(
            "DATABASE_URL", "The database", {"conninfo": "host=127.0.0.1 port=1"}
        )

    monkeypatch.setitem(trials.TRIALS, "database", away)
    assert said(client) == (503, WORKING | {"database": "does not answer"})
    assert client.get("/healthz").json()["worker"] == "none"


def test_what_never_answers_is_not_waited_for_and_asked_once_at_a_time(
    client: Client, settings: SettingsWrapper, silent: socket.socket, monkeypatch: Any
) -> None:
    monkeypatch.setattr(health, "WAIT_SECONDS", 0.2)
    queue_at(settings, f"postgres://127.0.0.1:{silent.getsockname()[1]}/name")
    answers = [said(client) for _ in range(3)]
    assert answers == [(503, WORKING | {"queue": "does not answer"})] * 3
    assert accepted(silent) == 1
    trials._running["queue"].ended.wait(10)


def test_nothing_of_a_setting_is_told_to_strangers(
    client: Client, settings: SettingsWrapper, caplog: pytest.LogCaptureFixture
) -> None:
    queue_at(settings, "redis://:hidden@127.0.0.1:1/0")
    assert "127.0.0.1" not in client.get("/healthz").content.decode()
    assert "Check REDIS_URL" in caplog.text
    assert "hidden" not in caplog.text
