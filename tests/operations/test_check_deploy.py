"""`manage.py check --deploy` tries each connection once; commands say in a line what is away."""

from __future__ import annotations

import sys
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from playground.operations import trials
from playground.storage.databases import database_settings
from tests.config.test_settings import run
from tests.servers import PostgresServer, redis_server
from tests.servers.s3 import BUCKET, s3_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.processes
PYTHON = [sys.executable]
CHECK = [*PYTHON, "manage.py", "check", "--deploy"]
AWAY = {
    "DATABASE_URL": "postgres://u:hidden@127.0.0.1:1/name",
    "REDIS_URL": "redis://:hidden@127.0.0.1:1/0",
    "STORAGE_S3_BUCKET": BUCKET,
    "STORAGE_S3_ENDPOINT": "http://127.0.0.1:1",
    "STORAGE_S3_ACCESS_KEY": "test",
    "STORAGE_S3_SECRET_KEY": "hidden",
}


@pytest.fixture(scope="module")
def servers(postgres: PostgresServer) -> Iterator[dict[str, str]]:
    url = postgres.create_database(f"check_{uuid.uuid4().hex}")
    with redis_server() as redis, s3_server() as s3:
        yield AWAY | {"DATABASE_URL": url, "REDIS_URL": redis, "STORAGE_S3_ENDPOINT": s3}


def lines(text: str) -> dict[str, str]:
    """Return what is said of each connection, by its name."""
    pairs = (line.partition(": (playground.") for line in text.splitlines())
    return {name: rest.partition(") ")[2] for name, cut, rest in pairs if cut and name != "?"}


def test_it_says_in_a_line_each_what_works(tmp_path: Path, servers: dict[str, str]) -> None:
    result = run(tmp_path, CHECK, **servers)
    said = lines(result.stderr + result.stdout)
    assert result.returncode == 0
    assert said["database"].startswith("The database answers: PostgreSQL")
    assert said["queue"].startswith("The queue answers: Redis")
    assert said["storage"] == "The storage of pictures answers: the bucket pictures."


def test_it_says_in_a_line_each_what_does_not(tmp_path: Path) -> None:
    result = run(tmp_path, CHECK, **AWAY)
    said = lines(result.stderr)
    assert result.returncode != 0
    assert "Connection refused. Check DATABASE_URL" in said["database"]
    assert "Connection refused. Check REDIS_URL" in said["queue"]
    assert "Check STORAGE_S3_ENDPOINT" in said["storage"]
    assert "hidden" not in result.stderr


@pytest.mark.parametrize(
    ("connection", "words"),
    [
        ({"url": "{REDIS_URL}99"}, "DB index is out of range. Check REDIS_URL"),
        ({"url": "{REDIS_URL}?no_such=1"}, "unexpected keyword argument"),
        ({"database": "{DATABASE_URL}_x"}, "does not exist. Check QUEUE_DATABASE_URL"),
        ({"database": "{DATABASE_URL}?ssl=1"}, 'invalid connection option "ssl"'),
    ],
)
def test_what_only_the_server_knows_is_said(
    settings: Any, servers: dict[str, str], connection: dict[str, str], words: str
) -> None:
    changed: dict[str, Any] = {name: url.format(**servers) for name, url in connection.items()}
    if "database" in changed:
        changed["database"] = database_settings(changed["database"], settings.DATA_DIR)
    settings.HUEY = settings.HUEY | {"connection": changed}
    with pytest.raises(trials.TroubleError) as caught:
        trials.try_queue()
    assert words in str(caught.value)


@pytest.mark.parametrize("command", ["migrate", "worker", "run x"])
def test_a_database_that_is_away_is_one_line(tmp_path: Path, command: str) -> None:
    away = {"DATABASE_URL": AWAY["DATABASE_URL"]}
    result = run(tmp_path, [*PYTHON, "manage.py", *command.split()], **away)
    assert result.returncode != 0
    assert result.stderr.count("\n") == 1
    assert "The database does not answer. Connection refused. Check DATABASE_URL" in result.stderr
