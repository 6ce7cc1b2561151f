"""The private servers themselves: they answer while their block lasts, and are never left out."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.servers import MissingServerError, packages, redis_server
from tests.servers.processes import answers

ASKING = """
import os, psycopg, redis
psycopg.connect(os.environ["DATABASE_URL"]).close()
print(redis.from_url(os.environ["REDIS_URL"]).ping())
"""


@pytest.mark.processes
def test_a_command_finds_servers_that_answer() -> None:
    command = [sys.executable, "-m", "tests.servers", "--postgres", "--redis", "--"]
    done = subprocess.run([*command, "python", "-c", ASKING], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr


@pytest.mark.processes
def test_a_server_ends_with_its_block() -> None:
    with redis_server() as url:
        port = int(url.split(":")[2].split("/")[0])
        assert answers(("127.0.0.1", port))
    assert not answers(("127.0.0.1", port))


@pytest.fixture
def _nothing_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "_install", lambda _package: None)


@pytest.mark.usefixtures("_nothing_to_install")
def test_a_missing_server_says_what_to_install() -> None:
    with pytest.raises(MissingServerError, match="apt-get install kettle-server"):
        packages.program("kettle", "kettle-server")
