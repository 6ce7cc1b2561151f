"""A new database of PostgreSQL is made in one step, the same as one that grew step by step.

Of SQLite test_backup.py says so.
"""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg

from tests.migrated import ROOT

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
SERVER = os.environ.get("DATABASE_URL", "").rpartition("/")[0]


def made(arguments: list[str], **settings: str) -> None:
    plain = {"DATABASE_URL": "", "REDIS_URL": "", "PYTHON_DOTENV_DISABLED": "1"}
    plain |= {"DJANGO_SETTINGS_MODULE": "playground.settings", "ACCESS": "accounts"}
    command = [sys.executable, *arguments]
    subprocess.run(command, cwd=ROOT, env=os.environ | plain | settings, check=True)


def tables(name: str, arguments: list[str]) -> list[str]:
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as postgres:
        postgres.execute(f'DROP DATABASE IF EXISTS "{name}"')  # type: ignore[arg-type]
        postgres.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]
    made(arguments, DATABASE_URL=f"{SERVER}/{name}")
    with psycopg.connect(f"{SERVER}/{name}") as database:
        return sorted(row[0] for row in database.execute(POSTGRESQL))


def test_both_ways_lead_to_the_same_tables() -> None:
    assert tables("new", AT_ONCE) == tables("grown", ["-c", STEP_BY_STEP])
