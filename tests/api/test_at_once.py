"""The same request many times at once, over sockets: one says that it made the run."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
import requests

from tests.conftest import FLASH
from tests.fakes.wavespeed import FakeWaveSpeed
from tests.many.installation import Installation
from tests.many.pressing import CSRF
from tests.many.rows import read
from tests.patience import PATIENCE_SECONDS
from tests.servers.fixtures import POSTGRES, SQLITE

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.processes
PRESSES = 20


@pytest.mark.parametrize("storage", [SQLITE, POSTGRES], indirect=True)
def test_one_of_twenty_is_told_that_it_was_made(tmp_path: Path, storage: dict[str, str]) -> None:
    settings = storage | {"WEB_CONCURRENCY": "2"}
    with FakeWaveSpeed() as fake, Installation(tmp_path, fake, **settings) as installation:
        url = installation.start_web().url
        headers = {"Authorization": f"Bearer {token(url)}"}
        body = {"prompt": "What?", "models": [FLASH], "idempotency_key": "same"}

        def press(_: int) -> requests.Response:
            address = f"{url}/api/runs/"
            return requests.post(address, json=body, headers=headers, timeout=PATIENCE_SECONDS)

        with ThreadPoolExecutor(PRESSES) as pool:
            said = list(pool.map(press, range(PRESSES)))
        assert sorted(one.status_code for one in said) == [200] * (PRESSES - 1) + [201]
        assert len({one.json()["id"] for one in said}) == 1
        assert len(read(installation.database_url)) == 1


def token(url: str) -> str:
    fields, cookies = {"name": "nightly", "csrfmiddlewaretoken": CSRF}, {"csrftoken": CSRF}
    page = requests.post(f"{url}/tokens/", fields, cookies=cookies, timeout=PATIENCE_SECONDS)
    found = re.search(r"vpg_[\w-]{32}", page.text)
    assert found, page.text
    return found[0]
