"""A database that was migrated once, for everybody who needs an empty one.

All migrations together are seconds of work, a copy is none. Of SQLite one file is kept for each
state of the code that makes it, beside pytest's own cache; of PostgreSQL one a server.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from functools import cache
from pathlib import Path

import psycopg

from tests.once import KEPT, once

ROOT = Path(__file__).resolve().parents[1]
# The migrations, and what they and the end of `migrate` ask for.
MAKE_TABLES = ("migrations", "accounts", "runs/search", "storage", "worker/queue")


def put_migrated(path: Path, access: str) -> None:
    """Write an empty database of today's code to that path, with the tables of `ACCESS`."""
    shutil.copyfile(_kept(access), path)


def put_migrated_postgres(url: str, access: str) -> None:
    """Make the database of that URL anew, empty, with the tables of today's code."""
    server, _, name = url.rpartition("/")
    template = f"migrated_{access}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as postgres:
        # Other processes of the tests may share this server; the lock ends with the connection.
        postgres.execute("SELECT pg_advisory_lock(hashtext('playground.tests.migrated'))")
        there = postgres.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template])
        if not there.fetchone():
            postgres.execute('DROP DATABASE IF EXISTS "migrating"')
            postgres.execute('CREATE DATABASE "migrating"')
            _migrate(DATABASE_URL=f"{server}/migrating", ACCESS=access)
            postgres.execute(f'ALTER DATABASE "migrating" RENAME TO "{template}"')
        postgres.execute(f'DROP DATABASE IF EXISTS "{name}"')
        postgres.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


@cache
def _kept(access: str) -> Path:
    def make(folder: Path) -> Path:
        _migrate(DATA_DIR=str(folder), ACCESS=access)
        made = folder / "playground.db"
        with closing(sqlite3.connect(made)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return made

    return once(KEPT / f"{access}-{_state_of_the_code()}.db", make)


def _migrate(**settings: str) -> None:
    plain = {"DATABASE_URL": "", "REDIS_URL": "", "PYTHON_DOTENV_DISABLED": "1"}
    plain |= {"DJANGO_SETTINGS_MODULE": "playground.settings"}
    command = [sys.executable, "manage.py", "migrate", "--noinput", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=os.environ | plain | settings, check=True)


def _state_of_the_code() -> str:
    made_by = (file for one in MAKE_TABLES for file in (ROOT / "playground" / one).rglob("*.py"))
    files = [ROOT / "requirements.txt", *sorted(made_by)]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
