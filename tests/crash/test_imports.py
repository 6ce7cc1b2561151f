"""A playground is killed in the middle of an import: all of its cases come, each once."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.receipts import Receipt, table
from tests.crash.killing import kill
from tests.patience import PATIENCE_SECONDS
from tests.product import Session, serve, stop
from tests.servers.processes import until

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.processes
RECEIPTS = [Receipt(number) for number in range(400)]
SETS = "SELECT count(*) FROM playground_testset"
CASES = "SELECT count(*) FROM playground_case"
IMAGES = "SELECT count(*) FROM playground_image"


def test_a_kill_in_the_middle_keeps_nothing_twice(tmp_path: Path) -> None:
    settings = {"DJANGO_SETTINGS_MODULE": "tests.crash.settings", "CRASH_FLAGS": str(tmp_path)}
    server = serve(tmp_path, **settings)
    with Session() as session:
        address = sent(session, server.url)
        until(lambda: asked(tmp_path, "SELECT state FROM playground_import") == "mapping", "read")
        post(session, address, keep="1")
    until(lambda: asked(tmp_path, "SELECT done FROM playground_import") > 0, "images are kept")
    kill(server)
    assert asked(tmp_path, CASES) == 0
    server = serve(tmp_path, **settings)
    until(lambda: asked(tmp_path, "SELECT state FROM playground_import") == "done", "all are there")
    stop(server)
    assert [asked(tmp_path, question) for question in (SETS, CASES, IMAGES)] == [1, 400, 400]


def archive() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        file.writestr("totals.csv", table(RECEIPTS))
        for one in RECEIPTS:
            file.writestr(one.name, one.drawn())
    return data.getvalue()


def sent(session: Session, url: str) -> str:
    """Send the file as a browser does; returns the address of its import."""
    session.get(f"{url}/imports/", timeout=PATIENCE_SECONDS)
    files = {"files": ("totals.zip", archive(), "application/zip")}
    return post(session, f"{url}/imports/", files=files)


def post(session: Session, url: str, files: object = None, **fields: str) -> str:
    fields |= {"csrfmiddlewaretoken": session.cookies["csrftoken"]}
    answer = session.post(url, data=fields, files=files, timeout=PATIENCE_SECONDS)  # type: ignore[arg-type]
    answer.raise_for_status()
    return answer.url


def asked(folder: Path, question: str) -> Any:
    with closing(sqlite3.connect(folder / "playground.db")) as database:
        return database.execute(question).fetchone()[0]
