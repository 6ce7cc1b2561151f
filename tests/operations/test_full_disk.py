"""A disk that is full is a sentence with what to do, on pages and on the command line."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.management import CommandError, call_command
from django.db import OperationalError

from playground.operations.failures import in_a_line
from playground.runs.models.run import Run
from tests.conftest import form, png, upload
from tests.migrated import put_migrated
from tests.product import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client


class FullStorage(FileSystemStorage):
    """Nothing is in it, whatever other tests have stored before, and nothing fits."""

    def exists(self, name: str) -> bool:
        return False

    def size(self, name: str) -> int:
        raise FileNotFoundError(name)

    def _save(self, name: str, content: Any) -> str:
        raise OSError(errno.ENOSPC, "No space left on device", name)


@pytest.fixture
def full(settings: Any) -> None:
    backend = f"{__name__}.{FullStorage.__name__}"
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": backend}}


@pytest.mark.django_db
def test_a_press_keeps_the_form_and_does_not_ask_to_try_again(client: Client, full: None) -> None:
    response = client.post("/runs/", form(prompt="Kept?", images=[upload()]))
    page = response.content.decode()
    assert (response.status_code, "Retry-After" in response, Run.objects.count()) == (503, False, 0)
    assert "Nothing was sent: the disk is full." in page
    assert "Kept?" in page


@pytest.mark.django_db
def test_the_command_starts_nothing(full: None, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png())
    with pytest.raises(CommandError) as caught:
        call_command("run", "What?", "--image", str(tmp_path / "a.png"), "--carry")
    assert str(caught.value).startswith("The disk is full: ")
    assert str(caught.value).endswith("Free some space, then do this again. Nothing was started.")
    assert (caught.value.returncode, Run.objects.count()) == (2, 0)


@pytest.mark.processes
def test_an_answer_that_cannot_be_written_out_is_kept(tmp_path: Path) -> None:
    given = os.environ | {"DATA_DIR": str(tmp_path), "DATABASE_URL": "", "REDIS_URL": ""}
    given |= {"DJANGO_SETTINGS_MODULE": "playground.settings", "LOG_LEVEL": "WARNING"}
    put_migrated(tmp_path / "playground.db", "local")
    command = [sys.executable, "manage.py", "run", "x", "--carry"]
    with open("/dev/full", "w") as out:  # noqa: PTH123 - the device
        done = subprocess.run(command, cwd=ROOT, env=given, stdout=out, stderr=-1, text=True)
    started, said = done.stderr.splitlines()
    address = started.removeprefix("Started ")
    assert (done.returncode, address[:6]) == (0, "/runs/")
    assert said == (
        f"The answer could not be written: No space left on device. It is kept at {address}."
    )


@pytest.mark.parametrize(
    "words", ["database or disk is full", "could not extend file: No space left on device"]
)
def test_what_a_database_says_of_it_is_understood(words: str) -> None:
    assert in_a_line(OperationalError(words)) == (
        "The disk is full. Free some space, then do this again."
    )


def test_a_folder_that_may_not_be_used_is_named() -> None:
    error = PermissionError(errno.EACCES, "Permission denied", "/srv/static")
    assert in_a_line(error) == (
        "/srv/static cannot be used: Permission denied. "
        "Check who owns it, or choose another folder."
    )


def test_a_fault_of_the_program_keeps_its_traceback() -> None:
    assert in_a_line(KeyError("x")) is None
