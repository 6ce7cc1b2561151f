"""The database's part of the search: an index and the triggers that keep it, for each vendor.

Made by a migration and looked after whenever migrations ran: on SQLite a migration that changes
`playground_run` copies the table and leaves its triggers behind.
"""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from playground.storage.writing_systems import CLASS

PLAIN = ("{run}.prompt", "substr({run}.output, 1, 200000)")
# 200,000 characters of an answer: PostgreSQL takes no more than a megabyte of words.
PROMPT, SEARCHED = (f"playground_parted({text})" for text in PLAIN)
BATCH_SIZE = 10_000  # runs that are entered together

# The entry's number: microseconds of the form's moment times a thousand, and the next that is free.
# SQLite has the moment as text: with six decimals, or with three by its own clock, or with none.
# They are taken apart from the seconds, which its own functions round up at the last half
# millisecond.
DECIMALS = "substr(substr({run}.listed_at, 21) || '000000', 1, 6)"
BASE = (
    "(CAST(strftime('%s', substr({run}.listed_at, 1, 19)) AS INTEGER) * 1000000"
    f" + CAST({DECIMALS} AS INTEGER)) * 1000"
)
ENTRY = f"""
INSERT INTO playground_searchentry (id, run_id) SELECT COALESCE((
    SELECT CASE WHEN max(id) IS NULL THEN NULL WHEN max(id) < {BASE} + 999 THEN max(id) + 1
    ELSE (
        SELECT taken.id + 1 FROM playground_searchentry AS taken WHERE taken.id >= {BASE} + 999
        AND NOT EXISTS (SELECT 1 FROM playground_searchentry AS after WHERE after.id = taken.id + 1)
        ORDER BY taken.id LIMIT 1
    ) END FROM playground_searchentry WHERE id >= {BASE} AND id < {BASE} + 1000
), {BASE}), {{run}}.id"""  # noqa: S608 - our own words
WORDS = f"""
INSERT INTO playground_searchtext (rowid, prompt, output)
SELECT entry.id, {PROMPT}, {SEARCHED}
FROM playground_searchentry AS entry{{others}} WHERE entry.run_id = {{run}}.id"""  # noqa: S608
FORGET = f"""
INSERT INTO playground_searchtext (playground_searchtext, rowid, prompt, output)
SELECT 'delete', id, {PROMPT.format(run="OLD")}, {SEARCHED.format(run="OLD")}
FROM playground_searchentry WHERE run_id = OLD.id"""  # noqa: S608

SQLITE = [
    # Without a copy of the texts; beginnings of two and three letters have lists of their own.
    """CREATE VIRTUAL TABLE IF NOT EXISTS playground_searchtext USING fts5(
    prompt, output, content='', prefix='2 3', tokenize='unicode61 remove_diacritics 2')""",
    "DROP TRIGGER IF EXISTS run_search_insert",  # one of before knew of 1,000 runs a form
    f"""CREATE TRIGGER run_search_insert AFTER INSERT ON playground_run BEGIN
    {ENTRY.format(run="NEW")}; {WORDS.format(run="NEW", others="")}; END""",
    "DROP TRIGGER IF EXISTS run_search_update",  # those of before parted no scripts
    f"""CREATE TRIGGER run_search_update AFTER UPDATE OF prompt, output
    ON playground_run WHEN OLD.prompt IS NOT NEW.prompt OR OLD.output IS NOT NEW.output BEGIN
    {FORGET}; {WORDS.format(run="NEW", others="")}; END""",
    "DROP TRIGGER IF EXISTS run_search_delete",
    f"""CREATE TRIGGER run_search_delete AFTER DELETE ON playground_run BEGIN
    {FORGET}; DELETE FROM playground_searchentry WHERE run_id = OLD.id; END""",  # noqa: S608
    # That scripts without spaces are parted in what is entered: migrations/_search.py.
    "CREATE VIEW IF NOT EXISTS playground_search_parted AS SELECT 1 AS form",
]

# PostgreSQL's parser keeps numbers, addresses and hyphened words whole; here all of them are parted
# as FTS5 does, at the signs that hold them together.
# A finish that was paid for must not fail over its index, whatever the answer is made of.
POSTGRESQL = [
    "ALTER TABLE playground_searchentry ADD COLUMN IF NOT EXISTS words tsvector",
    "CREATE INDEX IF NOT EXISTS run_search ON playground_searchentry USING gin (words)",
    f"""CREATE OR REPLACE FUNCTION playground_parted(given text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN given !~ '[{CLASS}]' THEN given ELSE (
        SELECT string_agg(
            CASE WHEN one !~ '[{CLASS}]' THEN one
            WHEN next ~ '[{CLASS}]' THEN ' ' || one || next || ' ' ELSE ' ' || one || ' ' END,
            '' ORDER BY place
        ) FROM (
            SELECT one, place, lead(one) OVER (ORDER BY place) AS next
            FROM unnest(string_to_array(normalize(given, NFKC), NULL))
            WITH ORDINALITY AS letters (one, place)
        ) AS neighbours
    ) END
$$""",  # noqa: S608 - our own words
    r"""CREATE OR REPLACE FUNCTION playground_plain(given text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT translate(
        CASE WHEN octet_length(given) = char_length(given) THEN given
        ELSE playground_parted(
            regexp_replace(normalize(given, NFKD), '[\u0300-\u036f]', '', 'g')
        ) END,
        '.+-/@_:<>&~', repeat(' ', 11)
    )
$$""",
    """CREATE OR REPLACE FUNCTION playground_run_words(prompt text, output text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN setweight(to_tsvector('simple', playground_plain(prompt)), 'A')
        || to_tsvector('simple', playground_plain(left(output, 200000)));
EXCEPTION WHEN OTHERS THEN
    -- Pairs of a long answer may be more than a megabyte: then its beginning is searched.
    BEGIN
        RETURN setweight(to_tsvector('simple', playground_plain(prompt)), 'A')
            || to_tsvector('simple', playground_plain(left(output, 40000)));
    EXCEPTION WHEN OTHERS THEN
        RETURN ''::tsvector;
    END;
END $$""",
    """CREATE OR REPLACE FUNCTION playground_enter(run uuid, moment timestamptz, words tsvector)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    number bigint := round(extract(epoch FROM moment) * 1000000)::bigint * 1000;
BEGIN
    LOOP
        INSERT INTO playground_searchentry (id, run_id, words) VALUES (number, run, words)
        ON CONFLICT (id) DO NOTHING;
        EXIT WHEN FOUND;
        number := number + 1;
    END LOOP;
END $$""",
    """CREATE OR REPLACE FUNCTION playground_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM playground_enter(
            NEW.id, NEW.listed_at, playground_run_words(NEW.prompt, NEW.output)
        );
    ELSIF TG_OP = 'UPDATE' THEN
        UPDATE playground_searchentry SET words = playground_run_words(NEW.prompt, NEW.output)
        WHERE run_id = NEW.id;
    ELSE
        DELETE FROM playground_searchentry WHERE run_id = OLD.id;
    END IF;
    RETURN NULL;
END $$""",
    """CREATE OR REPLACE TRIGGER run_search AFTER INSERT OR DELETE ON playground_run
FOR EACH ROW EXECUTE FUNCTION playground_search()""",
    """CREATE OR REPLACE TRIGGER run_search_update AFTER UPDATE OF prompt, output ON playground_run
FOR EACH ROW WHEN (OLD.prompt IS DISTINCT FROM NEW.prompt OR OLD.output IS DISTINCT FROM NEW.output)
EXECUTE FUNCTION playground_search()""",
]
UNENTERED = """FROM playground_run AS r
WHERE NOT EXISTS (SELECT 1 FROM playground_searchentry AS entry WHERE entry.run_id = r.id)"""


def create(connection: BaseDatabaseWrapper) -> None:
    """Make what is not there yet, and enter the runs that came in without it."""
    is_new, is_postgresql = not _exists(connection), connection.vendor == "postgresql"
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        for statement in POSTGRESQL if is_postgresql else SQLITE:
            cursor.execute(statement)
        if is_new:
            _enter_all(connection, cursor)


def look_after(using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> None:
    """Called after migrations: one of them may have left the triggers behind."""
    connection = connections[using]
    if "playground_searchentry" in connection.introspection.table_names():
        create(connection)


def _exists(connection: BaseDatabaseWrapper) -> bool:
    """Whether the triggers are there; on SQLite they go with the table that they watch."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'run_search%'")
            return bool(cursor.fetchone()[0] == 2)
        cursor.execute(
            "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'run_search%'"
        )
        return bool(cursor.fetchone()[0] == 3)


def _enter_all(connection: BaseDatabaseWrapper, cursor: Any) -> None:
    if connection.vendor == "postgresql":
        words = "playground_run_words(r.prompt, r.output)"
        cursor.execute(f"SELECT count(playground_enter(r.id, r.listed_at, {words})) {UNENTERED}")
        return
    entry = ENTRY.format(run="r") + " FROM playground_run AS r WHERE r.id = ?"
    text = WORDS.format(run="r", others=", playground_run AS r") + " AND r.id = ?"
    while True:
        cursor.execute(f"SELECT r.id {UNENTERED} ORDER BY r.listed_at LIMIT {BATCH_SIZE}")
        runs = cursor.fetchall()
        if not runs:
            return
        for run in runs:
            connection.connection.execute(entry, run)
            connection.connection.execute(text, run)
