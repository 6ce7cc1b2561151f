"""A new database is made in one step and is the same as one that grew step by step."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg

from tests.migrated import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AT_ONCE = ["manage.py", "migrate", "playground", "0001_squashed_0054", "--verbosity", "0"]
STEP_BY_STEP = """
import django; django.setup()
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
executor = MigrationExecutor(connection)
executor.loader = MigrationLoader(connection, replace_migrations=False)
executor.migrate([("playground", "0054_shared_outcomes")])
call_command("migrate", "playground", "0001_squashed_0054", verbosity=0)  # finds nothing to do
"""
# What is there, without the order in which it came and the names that Django makes up.
POSTGRESQL = """
SELECT table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable || ' '
    || coalesce(column_default, '') FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT regexp_replace(pg_get_indexdef(indexrelid), '^(CREATE.*INDEX) \\S+', '\\1')
    FROM pg_stat_user_indexes
UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    AND prolang <> (SELECT oid FROM pg_language WHERE lanname = 'c')
"""
SQLITE = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"
SHARED_POSTGRESQL = os.environ.get("DATABASE_URL", "")


def made(arguments: list[str], **settings: str) -> None:
    plain = {"DATABASE_URL": "", "REDIS_URL": "", "PYTHON_DOTENV_DISABLED": "1"}
    plain |= {"DJANGO_SETTINGS_MODULE": "playground.settings", "ACCESS": "accounts"}
    command = [sys.executable, *arguments]
    subprocess.run(command, cwd=ROOT, env=os.environ | plain | settings, check=True)


def on_sqlite(arguments: list[str], folder: Path) -> list[str]:
    folder.mkdir(mode=0o700)
    made(arguments, DATA_DIR=str(folder))
    with closing(sqlite3.connect(folder / "playground.db")) as database:
        return sorted(part for name, sql in database.execute(SQLITE) for part in parts(name, sql))


def parts(name: str, sql: str) -> Iterator[str]:
    """The columns and constraints of a table by themselves, anything else whole."""
    if not sql.startswith("CREATE TABLE"):
        yield sql
        return
    depth, part = 0, ""
    for letter in sql.partition("(")[2].rpartition(")")[0] + ",":
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            # Integers have one size on SQLite, so no step that changed it made the table anew.
            yield f"{name} {re.sub('smallint', 'integer', part.strip())}"
            part = ""
        else:
            part += letter


def on_postgresql(arguments: list[str], folder: Path) -> list[str]:
    name = folder.name
    server = SHARED_POSTGRESQL.rpartition("/")[0]
    with psycopg.connect(f"{server}/postgres", autocommit=True) as postgres:
        postgres.execute(f'DROP DATABASE IF EXISTS "{name}"')  # type: ignore[arg-type]
        postgres.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]
    made(arguments, DATABASE_URL=f"{server}/{name}")
    with psycopg.connect(f"{server}/{name}") as database:
        return sorted(row[0] for row in database.execute(POSTGRESQL))


def test_both_ways_lead_to_the_same_tables(tmp_path: Path) -> None:
    made_by = on_postgresql if SHARED_POSTGRESQL else on_sqlite
    grown = made_by(["-c", STEP_BY_STEP], tmp_path / "grown")
    assert made_by(AT_ONCE, tmp_path / "new") == grown
