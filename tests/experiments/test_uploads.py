"""What an import's address takes in: more than others, on the disk, and not without an end."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import StopFutureHandlers

from playground.experiments.models.importing import Import
from playground.experiments.uploads import MAX_UPLOAD_BYTES, SLACK_BYTES, ImportUpload
from playground.web.request_bodies import MAX_DROPPED_BYTES
from tests.conftest import markup, png
from tests.experiments.imports import sent
from tests.patience import PATIENCE_SECONDS
from tests.product import Server, Session, serve, stop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

LARGE_BYTES = 64 * 1024 * 1024
MAX_GROWTH_BYTES = 32 * 1024 * 1024


def images(count: int) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(f"{place}.png", png(), "image/png") for place in range(count)]


@pytest.mark.django_db
def test_an_import_takes_more_files_than_a_form(client: Client) -> None:
    assert sent(client, *images(150)).found["ready"] == 150
    refused = client.post("/runs/", {"prompt": "What?", "images": images(101)})
    assert refused.status_code == 400


def test_an_upload_that_broke_off_leaves_nothing_open() -> None:
    upload = ImportUpload()
    for name in ("all.zip", "a.csv"):
        with pytest.raises(StopFutureHandlers):
            upload.new_file("files", name, "", None)
        upload.receive_data_chunk(b"begun", 0)
    upload.close()
    assert not upload._entry_file or upload._entry_file.closed
    upload.close()  # by who took it and by who cleans up


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "length", "status"),
    [
        ("/runs/", MAX_DROPPED_BYTES + 1, 413),
        ("/imports/", MAX_UPLOAD_BYTES + SLACK_BYTES + 1, 413),
        ("/imports/", MAX_UPLOAD_BYTES, 422),  # it is looked at, and has no file
        ("/nothing/", MAX_DROPPED_BYTES + 1, 413),
    ],
)
def test_only_an_import_may_be_large(
    client: Client, address: str, length: int, status: int
) -> None:
    kind = "multipart/form-data; boundary=frontier"
    answer = client.generic("POST", address, b"", kind, CONTENT_LENGTH=str(length))
    assert answer.status_code == status
    assert ("An import takes 200 MB" in markup(answer)) == (
        address == "/imports/" and status == 413
    )
    assert not Import.objects.exists()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = serve(tmp_path)
    yield server
    stop(server)


def memory_of(server: Server) -> int:
    """The most memory that one of its processes ever had, in bytes."""
    pid = server.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    texts = [Path(f"/proc/{one}/status").read_text() for one in (pid, *children)]
    return max(int(text.partition("VmHWM:")[2].split()[0]) * 1024 for text in texts)


@pytest.mark.processes
def test_a_large_upload_is_never_in_memory(server: Server, tmp_path: Path) -> None:
    url, body = f"{server.url}/imports/", tmp_path / "body"
    with Session() as session:
        session.get(url, timeout=PATIENCE_SECONDS)
        before = memory_of(server)
        headers = {"Content-Type": "multipart/form-data; boundary=frontier", "Referer": url}
        for name in ("all.zip", "photo.png"):
            write_form(body, session.cookies["csrftoken"], name)
            with body.open("rb") as file:  # sent piece by piece
                answer = session.post(url, data=file, headers=headers, timeout=PATIENCE_SECONDS)
            assert (answer.status_code, answer.url != url) == (200, True)
    assert memory_of(server) - before < MAX_GROWTH_BYTES


def write_form(path: Path, token: str, name: str) -> None:
    """Write a form with one large file as a browser sends it."""
    part = '--frontier\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n'
    head = part.format("csrfmiddlewaretoken", "") + token + "\r\n"
    with path.open("wb") as file:
        file.write((head + part.format("files", f'; filename="{name}"')).encode())
        for _ in range(LARGE_BYTES // 1024**2):
            file.write(os.urandom(1024**2))
        file.write(b"\r\n--frontier--\r\n")
