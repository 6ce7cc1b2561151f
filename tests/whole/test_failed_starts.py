"""A start that cannot work says in one line what to do, and leaves everything as it was."""

from __future__ import annotations

import ast
import ctypes
import errno
import os
import socket
import sqlite3
import subprocess
import sys
from io import StringIO
from typing import TYPE_CHECKING, NoReturn

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from playground.management.commands.serve import refuse_used_port
from playground.operations import installation
from playground.operations.migrating import refuse_older_database
from playground.web import static_build
from tests.patience import PATIENCE_SECONDS
from tests.product import ROOT, free_port

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django.fixtures import SettingsWrapper

PR_CAPBSET_DROP, FILE_CAPABILITIES = 24, (1, 2)  # what lets root write and read anywhere


def obey_permissions() -> None:
    """Have root, too, write only where the permissions say so."""
    for capability in FILE_CAPABILITIES:
        ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


def start(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    given = {"PORT": str(free_port()), "DJANGO_SETTINGS_MODULE": "playground.settings"}
    given |= {"PATH": os.environ["PATH"], "PYTHON_DOTENV_DISABLED": "1", **settings}
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=given,
        preexec_fn=obey_permissions,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )


def one_line(result: subprocess.CompletedProcess[str]) -> str:
    assert (result.returncode != 0, result.stdout, result.stderr.count("\n")) == (True, "", 1)
    return result.stderr


OLD = """
import runpy, sys
sys.version_info, sys.version = (3, 9, 18), "3.9.18 (main)"
runpy.run_path("manage.py", run_name="__main__")
"""


def test_a_python_that_is_too_old_is_named() -> None:
    assert one_line(start("-c", OLD)) == (
        "This Python is too old: 3.9.18. Use 3.11 or newer: make run\n"
    )
    ast.parse((ROOT / "manage.py").read_text(), feature_version=(3, 4))


def test_a_python_without_the_libraries_is_named() -> None:
    said = one_line(start("-S", "manage.py", "serve"))
    assert said.startswith("The library django is missing from ")
    assert "Run: make install" in said


def test_a_data_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    said = one_line(start("manage.py", "serve", DATA_DIR=str(tmp_path)))
    assert said.startswith(f"DATA_DIR is '{tmp_path}', which cannot be written to.")
    assert list(tmp_path.iterdir()) == []


def test_a_secret_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text("k" * 60)
    (tmp_path / "secret-key").chmod(0)
    said = one_line(start("manage.py", "serve", DATA_DIR=str(tmp_path)))
    assert said.startswith(f"{tmp_path}/secret-key cannot be read or made: Permission denied.")


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100])
def test_a_database_that_cannot_be_used_is_named_and_kept(tmp_path: Path, content: bytes) -> None:
    database = tmp_path / "playground.db"
    database.write_bytes(content)
    database.chmod(0o400)
    said = one_line(start("manage.py", "serve", DATA_DIR=str(tmp_path)))
    assert "The database" in said
    assert str(database) in said
    assert database.read_bytes() == content


def test_a_newer_database_is_not_served_and_stays_as_it_is(tmp_path: Path) -> None:
    database = tmp_path / "playground.db"
    with sqlite3.connect(database) as made:
        made.execute("PRAGMA journal_mode=WAL")
        made.execute("CREATE TABLE django_migrations (id integer, app text, name text, applied)")
        made.execute("INSERT INTO django_migrations VALUES (1, 'playground', '9999_later', NULL)")
    made.close()
    before = database.read_bytes()
    said = one_line(start("manage.py", "serve", DATA_DIR=str(tmp_path)))
    assert "newer than this program: 9999_later has changed it. Install the newer version" in said
    assert database.read_bytes() == before


@pytest.mark.django_db
def test_a_newer_database_is_refused_by_every_start() -> None:
    MigrationRecorder(connection).record_applied("playground", "9999_later")
    for refused in (refuse_older_database, lambda: call_command("migrate", verbosity=0)):
        with pytest.raises(CommandError, match="newer than this program"):
            refused()


@pytest.mark.django_db
def test_half_of_the_migrations_are_not_enough_and_one_command_does_the_rest() -> None:
    names = [
        name
        for app, name in MigrationRecorder(connection).applied_migrations()
        if app == "playground"
    ]
    MigrationRecorder(connection).record_unapplied("playground", max(names))
    with pytest.raises(
        CommandError, match=r"older than this program\. Run: python manage\.py migrate"
    ):
        refuse_older_database()


@pytest.mark.django_db
def test_another_app_that_knows_more_is_none_of_our_business() -> None:
    MigrationRecorder(connection).record_applied("gone", "0001_initial")
    refuse_older_database()


@pytest.fixture
def collected(settings: SettingsWrapper, tmp_path: Path) -> Path:
    """A folder of static files that say they were made of what is here."""
    settings.STATIC_ROOT, settings.COLLECTED = tmp_path, True
    (tmp_path / static_build.MADE_OF).write_text(static_build.fingerprint())
    return tmp_path


def test_static_files_of_this_version_are_served(collected: Path) -> None:
    installation.refuse_half_upgrade()


def test_static_files_of_another_version_are_refused(collected: Path) -> None:
    (collected / static_build.MADE_OF).write_text("something else")
    with pytest.raises(
        CommandError, match=r"of another version\. Run: python manage\.py collectstatic"
    ):
        installation.refuse_half_upgrade()


def test_static_files_that_broke_off_are_refused(collected: Path) -> None:
    (collected / static_build.MADE_OF).unlink()
    with pytest.raises(CommandError, match="of another version"):
        installation.refuse_half_upgrade()


def test_other_machines_are_not_served_without_static_files(settings: SettingsWrapper) -> None:
    settings.COLLECTED = settings.LOCAL = False
    with pytest.raises(CommandError, match="There are no static files in"):
        installation.refuse_half_upgrade()


@pytest.mark.parametrize(
    ("lock", "words"),
    [
        ("django==1.0 \\\n    --hash=sha256:1", r"django is 5\.\S+, not 1\.0\. Run: make install"),
        ("never-heard-of==1 \\\n", "never-heard-of is missing"),
    ],
)
def test_libraries_of_another_version_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, lock: str, words: str
) -> None:
    (tmp_path / "requirements.txt").write_text(lock)
    monkeypatch.setattr(installation, "ROOT", tmp_path)
    with pytest.raises(CommandError, match=words):
        installation.refuse_half_upgrade()


def test_a_library_for_another_system_may_be_missing() -> None:
    lock = "tzdata==2026.6 ; sys_platform == 'win32' \\\n"
    assert installation.other_libraries(lock, {}) == []
    assert installation.other_libraries(lock, {"tzdata": "1"}) == ["tzdata is 1, not 2026.6"]


def test_a_port_that_is_not_for_everybody_is_not_said_to_be_in_use(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def bind(*_args: object) -> NoReturn:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", bind)
    with pytest.raises(CommandError, match=r"Port 80 cannot be used: Permission denied\. Set PORT"):
        refuse_used_port(80)


@pytest.mark.django_db
def test_a_typed_prompt_is_not_taken_by_a_command_that_cannot_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    typed = StringIO("A long question")
    monkeypatch.setattr(sys, "stdin", typed)
    with pytest.raises(CommandError, match="No worker is running"):
        call_command("run", "-")
    assert typed.read() == "A long question"
