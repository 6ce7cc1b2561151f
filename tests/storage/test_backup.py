"""Before a migration the database is copied; an older database is migrated whole, or not served."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import uuid
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import OperationalError, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from psycopg.errors import DeadlockDetected

from playground.config.access_modes import ACCOUNTS, LOCAL
from playground.operations import migrating
from playground.storage import backup
from tests.migrated import put_migrated
from tests.patience import PATIENCE_SECONDS
from tests.product import ROOT, free_port
from tests.storage.tables import tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper
    from pytest_django.fixtures import SettingsWrapper
    from pytest_django.plugin import DjangoDbBlocker

FIRST, SECOND = [("playground", "0001_first")], "0002_lookup_and_hints"
AT_ONCE = "0001_squashed_0054"  # where there is no database yet
TAKE_BACK_THE_NEWEST = """
DELETE FROM django_migrations WHERE app = 'playground' AND name =
    (SELECT max(name) FROM django_migrations WHERE app = 'playground')
"""
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def old(
    tmp_path: Path, settings: SettingsWrapper, django_db_blocker: DjangoDbBlocker
) -> Iterator[BaseDatabaseWrapper]:
    """A SQLite file of the first release, at the alias `old`."""
    settings.DATA_DIR = tmp_path
    options = {"transaction_mode": "IMMEDIATE", "timeout": 5}
    file = {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "playground.db"}
    with django_db_blocker.unblock():
        connections.databases["old"] = (
            connections["default"].settings_dict | file | {"OPTIONS": options}
        )
        yield connections["old"]
        connections["old"].close()
        del connections["old"], connections.databases["old"]


def first_release(connection: BaseDatabaseWrapper) -> Any:
    """Bring the database to the first release; returns its models."""
    executor = MigrationExecutor(connection)
    executor.loader = MigrationLoader(connection, replace_migrations=False)
    executor.migrate(FIRST)
    return executor.loader.project_state(FIRST).apps


def fill(models: Any) -> None:
    """A row of every model, and a run in every state."""

    def make(model: str, /, **values: Any) -> Any:
        return models.get_model("playground", model).objects.using("old").create(**values)

    sizes = {"width": 4, "height": 3, "size": 99, "content_type": "image/png"}
    image = make("Image", sha256="a" * 64, file="images/aa/a.png", format="PNG", **sizes)
    make("ImageVariant", image=image, sha256="b" * 64, file="sent/bb/b", **sizes)
    make("ProviderUpload", provider="wavespeed", sha256="b" * 64, url="https://e.org/b")
    make(
        "ModelPrice",
        provider="wavespeed",
        model_id="acme/one",
        amount=Decimal("0.05"),
        quoted_at=NOON,
    )
    make("Worker", name="host:1:a")
    make("Gate", provider="wavespeed")
    comparison = make("Comparison")
    statuses = ("queued", "submitting", "processing", "completed", "failed", "cancelled", "unknown")
    for place, status in enumerate(statuses):
        run = make("Run", **a_run(place, status), comparison=comparison)
        make("RunImage", run=run, position=0, image=image, name="ä.png")


def a_run(place: int, status: str) -> dict[str, Any]:
    ended = (
        {"finished_at": NOON} if status in ("completed", "failed", "cancelled", "unknown") else {}
    )
    return {
        "id": uuid.UUID(int=place + 1),
        "form_token": f"t{place}",
        "form_digest": "d",
        "provider": "wavespeed",
        "model_id": "acme/one",
        "prompt": "What is this? 日本",
        "units": 3,
        "status": status,
        "prediction_id": f"p{place}",
        "request": {"prompt": "x"},
        "output": "An answer",
        **ended,
    }


def contents(models: Any) -> dict[str, list[dict[str, Any]]]:
    """Every row of every model, with the columns that the first release had."""
    names = [model.__name__ for model in models.get_app_config("playground").get_models()]
    return {
        name: list(
            models.get_model("playground", name).objects.using("old").order_by("pk").values()
        )
        for name in names
    }


def copies(folder: Path) -> list[Path]:
    return sorted((folder / "backups").iterdir()) if (folder / "backups").exists() else []


def migrate(*target: str, **options: Any) -> None:
    call_command("migrate", *target, database="old", verbosity=0, interactive=False, **options)


def migrate_a_step(**options: Any) -> None:
    """From the first release; what is said of one migration holds for all."""
    migrate("playground", "0002", **options)


@pytest.fixture
def newest(old: BaseDatabaseWrapper, tmp_path: Path) -> BaseDatabaseWrapper:
    """A SQLite file of today, at the alias `old`."""
    put_migrated(tmp_path / "playground.db", ACCOUNTS)
    return old


def test_a_filled_database_of_the_first_release_loses_nothing_and_gets_the_tables_of_a_new_one(
    old: BaseDatabaseWrapper, tmp_path: Path
) -> None:
    models = first_release(old)
    fill(models)
    before = contents(models)
    migrate()
    after = contents(apps)
    kept = {
        name: [{key: row[key] for key in was} for row, was in zip(after[name], rows, strict=True)]
        for name, rows in before.items()
    }
    assert kept == before
    assert all(before.values())
    put_migrated(tmp_path / "new.db", ACCOUNTS)
    assert tables(tmp_path / "playground.db") == tables(tmp_path / "new.db")


def test_the_copy_is_the_database_as_it_was(old: BaseDatabaseWrapper, tmp_path: Path) -> None:
    fill(first_release(old))
    migrate_a_step()
    [copy] = copies(tmp_path)
    with sqlite3.connect(copy) as database:
        columns = [row[1] for row in database.execute("PRAGMA table_info(playground_run)")]
        assert database.execute("SELECT count(*) FROM playground_run").fetchone() == (7,)
    database.close()
    assert "lookup_started_at" not in columns


def test_only_the_owner_can_read_a_copy(old: BaseDatabaseWrapper, tmp_path: Path) -> None:
    first_release(old)
    migrate_a_step()
    [copy] = copies(tmp_path)
    assert (copy.stat().st_mode & 0o777, copy.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_new_database_is_not_copied(old: BaseDatabaseWrapper, tmp_path: Path) -> None:
    migrate("playground", AT_ONCE)
    assert copies(tmp_path) == []


def test_a_database_that_is_up_to_date_is_not_copied(
    newest: BaseDatabaseWrapper, tmp_path: Path
) -> None:
    migrate()
    assert copies(tmp_path) == []


def test_looking_at_the_plan_copies_nothing(
    old: BaseDatabaseWrapper, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first_release(old)
    migrate(plan=True)
    assert copies(tmp_path) == []
    assert "lookup" in capsys.readouterr().out


def test_going_back_is_copied_too(old: BaseDatabaseWrapper, tmp_path: Path) -> None:
    first_release(old)
    migrate_a_step(no_backup=True)
    migrate(*FIRST[0])
    assert len(copies(tmp_path)) == 1


def test_the_newest_three_are_kept(newest: BaseDatabaseWrapper, tmp_path: Path) -> None:
    made = [backup.back_up(newest) for _ in range(5)]
    assert copies(tmp_path) == made[-3:]


def test_where_no_copy_can_be_made_nothing_is_migrated(
    old: BaseDatabaseWrapper, tmp_path: Path
) -> None:
    first_release(old)
    (tmp_path / "backups").write_text("a file is in the way")
    with pytest.raises(CommandError, match="Nothing was migrated"):
        migrate()
    assert migrating.is_older(old)


def test_a_copy_can_be_declined(old: BaseDatabaseWrapper, tmp_path: Path) -> None:
    first_release(old)
    migrate_a_step(no_backup=True)
    assert ("playground", SECOND) in MigrationRecorder(old).applied_migrations()
    assert copies(tmp_path) == []


def test_a_copy_that_broke_off_leaves_nothing_behind(
    newest: BaseDatabaseWrapper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "rename", _full_disk)
    with pytest.raises(OSError, match="full"):
        backup.back_up(newest)
    assert copies(tmp_path) == []


def _full_disk(*_: Any) -> None:
    raise OSError("the disk is full")


@pytest.fixture
def run_here(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a command of the product in a data folder of its own."""
    chosen = {"DATA_DIR": str(tmp_path), "PORT": str(free_port()), "DATABASE_URL": ""}
    chosen |= {"REDIS_URL": "", "DJANGO_SETTINGS_MODULE": "playground.settings"}

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *command],
            env=os.environ | chosen,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
        )

    return run


def test_a_worker_refuses_an_older_database(run_here: Callable[..., Any], tmp_path: Path) -> None:
    put_migrated(tmp_path / "playground.db", LOCAL)
    with closing(sqlite3.connect(tmp_path / "playground.db")) as database, database:
        database.execute(TAKE_BACK_THE_NEWEST)
    result = run_here("manage.py", "worker")
    assert result.returncode == 1
    assert migrating.OLDER in result.stderr


def test_the_web_process_refuses_an_older_database(run_here: Callable[..., Any]) -> None:
    served = ("-c", "python:playground.server", "playground.wsgi")
    result = run_here("-m", "gunicorn", *served)
    assert result.returncode == 1
    assert result.stderr.strip() == migrating.OLDER


def test_a_copy_is_made_on_demand(run_here: Callable[..., Any], tmp_path: Path) -> None:
    put_migrated(tmp_path / "playground.db", LOCAL)
    result = run_here("manage.py", "backup")
    assert result.stdout.strip() == str(copies(tmp_path)[0])


@pytest.mark.django_db
def test_a_migration_that_met_a_deadlock_is_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    handled: list[str] = []

    def handle(*_: Any, **__: Any) -> None:
        handled.append("")
        if len(handled) == 1:
            raise OperationalError("deadlock detected") from DeadlockDetected()

    monkeypatch.setattr("django.core.management.commands.migrate.Command.handle", handle)
    call_command("migrate", "playground", no_backup=True, verbosity=0)
    assert len(handled) == 2
