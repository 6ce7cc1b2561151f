"""Steps of the index of search that one migration needs each: see runs/search/schema.py."""

from django.db import transaction

from playground.runs.search.schema import DECIMALS, PLAIN, PROMPT, SEARCHED, create
from playground.storage.writing_systems import CLASS

SQLITE_DROP = [
    "DROP TRIGGER IF EXISTS run_search_insert",
    "DROP TRIGGER IF EXISTS run_search_update",
    "DROP TRIGGER IF EXISTS run_search_delete",
    "DROP TABLE IF EXISTS playground_searchtext",
    "DROP VIEW IF EXISTS playground_search_parted",
]
POSTGRESQL_DROP = [
    "DROP TRIGGER IF EXISTS run_search ON playground_run",
    "DROP TRIGGER IF EXISTS run_search_update ON playground_run",
    "DROP FUNCTION IF EXISTS playground_search, playground_enter",
    "DROP FUNCTION IF EXISTS playground_run_words, playground_plain, playground_parted",
]
# Entries of SQLite from before the seconds were taken alone: a second too late.
LATE = f"FROM playground_run AS r WHERE {DECIMALS.format(run='r')} >= '999500'"
SQLITE_LATE = [
    f"""INSERT INTO playground_searchtext (playground_searchtext, rowid, prompt, output)
    SELECT 'delete', entry.id, late.prompt, late.output FROM playground_searchentry AS entry
    JOIN (SELECT r.id, r.prompt, {PLAIN[1].format(run="r")} AS output {LATE}) AS late
    ON late.id = entry.run_id""",
    f"DELETE FROM playground_searchentry WHERE run_id IN (SELECT r.id {LATE})",
    "DROP TRIGGER IF EXISTS run_search_insert",
]
# Before scripts without spaces were parted, their texts were entered as they are.
UNSPACED = f"""FROM playground_searchentry AS entry JOIN playground_run AS r ON r.id = entry.run_id
WHERE playground_is_unspaced(r.prompt) OR playground_is_unspaced({PLAIN[1].format(run="r")})"""
SQLITE_PART = [
    f"""INSERT INTO playground_searchtext (playground_searchtext, rowid, prompt, output)
    SELECT 'delete', entry.id, {", ".join(PLAIN).format(run="r")} {UNSPACED}""",
    f"""INSERT INTO playground_searchtext (rowid, prompt, output)
    SELECT entry.id, {PROMPT.format(run="r")}, {SEARCHED.format(run="r")} {UNSPACED}""",
]
POSTGRESQL_PART = [
    f"""UPDATE playground_searchentry AS entry SET words = playground_run_words(r.prompt, r.output)
FROM playground_run AS r WHERE r.id = entry.run_id
AND (normalize(r.prompt, NFKD) ~ '[{CLASS}]'
OR normalize(left(r.output, 200000), NFKD) ~ '[{CLASS}]')"""
]


def drop(connection):
    _execute(connection, POSTGRESQL_DROP if connection.vendor == "postgresql" else SQLITE_DROP)


def renumber(connection):
    """Enter again the runs whose entries SQLite had numbered a second too late."""
    if connection.vendor == "sqlite":
        _execute(connection, SQLITE_LATE)
        part(connection)


def part(connection):
    """Part scripts without spaces in what was entered, once."""
    is_postgresql, was_parted = connection.vendor == "postgresql", _is_parted(connection)
    if not was_parted and not is_postgresql:
        _execute(connection, SQLITE_PART)
    create(connection)
    if not was_parted and is_postgresql:
        _execute(connection, POSTGRESQL_PART)


def _is_parted(connection):
    """Whether what is entered has its scripts without spaces parted; so has an empty index."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT to_regproc('playground_plain'), to_regproc('playground_parted')")
            old, new = cursor.fetchone()
            return old is None or new is not None
        there = "SELECT count(*) FROM sqlite_master WHERE name = %s"
        cursor.execute(there, ["playground_searchtext"])
        is_empty = cursor.fetchone()[0] == 0
        cursor.execute(there, ["playground_search_parted"])
        return is_empty or cursor.fetchone()[0] == 1


def _execute(connection, statements):
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
