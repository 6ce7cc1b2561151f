"""A chat server that takes questions and answers none holds up nobody else's run."""

from __future__ import annotations

import socket
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.fakes.wavespeed import FakeWaveSpeed
from tests.many.pressing import Presser, addresses
from tests.patience import PATIENCE_SECONDS
from tests.product import serve, stop
from tests.servers.processes import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.processes


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(PATIENCE_SECONDS)
        yield server


def test_a_run_ends_while_another_server_keeps_its_list_to_itself(
    tmp_path: Path, silent: socket.socket
) -> None:
    with FakeWaveSpeed() as fake:
        settings = {"WAVESPEED_API_KEY": fake.key, "WAVESPEED_BASE_URL": fake.url}
        lab = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        settings |= {"SERVERS": "lab", "SERVER_LAB_URL": lab}
        server = serve(tmp_path, **settings)
        asked, _ = silent.accept()
        with closing(asked), closing(Presser([server.url])) as presser:
            (path,) = addresses(presser.press(["What is this?"])).values()
            run = f"{path.rstrip('/')}.json"
            until(lambda: server.json(run)["status"] == "completed", "the run has its answer")
            asked.setblocking(False)  # noqa: FBT003 - a library's
            assert asked.recv(65536).startswith(b"GET /v1/models")
            with pytest.raises(BlockingIOError):
                asked.recv(1)
        stop(server)
