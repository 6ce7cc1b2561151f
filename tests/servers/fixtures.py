"""The same servers as fixtures. Without one a test fails with a sentence that says what to install.

tests/conftest.py imports them, so that the whole session shares one PostgreSQL.
"""

from __future__ import annotations

import uuid
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.servers import PostgresServer, postgres_server, redis_server

if TYPE_CHECKING:
    from collections.abc import Iterator

SQLITE, POSTGRES, WITH_REDIS = "sqlite", "postgres", "postgres and redis"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


@pytest.fixture(params=[SQLITE, POSTGRES, WITH_REDIS])
def storage(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """An empty database and queue of each kind, as the settings that name them."""
    settings = {"DATABASE_URL": "", "REDIS_URL": ""}
    if request.param != SQLITE:
        server: PostgresServer = request.getfixturevalue("postgres")
        settings["DATABASE_URL"] = server.create_database(f"test_{uuid.uuid4().hex}")
    with ExitStack() as ends:
        if request.param == WITH_REDIS:
            settings["REDIS_URL"] = ends.enter_context(redis_server())
        yield settings
