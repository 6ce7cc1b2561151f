"""A frozen vote stays: the database refuses to change it, whoever asks.

A check constraint sees only the row as it would become, so this takes a trigger. Deleting stays
possible, with the comparison; so does losing the winner, when its run is deleted. On SQLite a later
migration that rebuilds the table drops the trigger: tests/comparisons/blind/test_voting.py would notice.
"""

from django.db import migrations

TABLE = "playground_vote"
SAME = {"sqlite": "{0} IS NOT {1}", "postgresql": "{0} IS DISTINCT FROM {1}"}
FUNCTION = """
CREATE FUNCTION playground_vote_is_frozen() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'a frozen vote stays' USING ERRCODE = 'integrity_constraint_violation';
END
$$ LANGUAGE plpgsql
"""
THEN = {
    "sqlite": "BEGIN SELECT RAISE(ABORT, 'a frozen vote stays'); END",
    "postgresql": "EXECUTE FUNCTION playground_vote_is_frozen()",
}


def _changes(vendor):
    columns = ("comparison_id", "outcome", "place", "answers", "given_at", "frozen_at")
    differs = [SAME[vendor].format(f"NEW.{one}", f"OLD.{one}") for one in columns]
    other = SAME[vendor].format("NEW.winner_id", "OLD.winner_id")
    return " OR ".join([*differs, f"(NEW.winner_id IS NOT NULL AND {other})"])


def create(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(FUNCTION)
    schema_editor.execute(
        f"CREATE TRIGGER vote_stays_frozen BEFORE UPDATE ON {TABLE} FOR EACH ROW "
        f"WHEN (OLD.frozen_at IS NOT NULL AND ({_changes(vendor)})) {THEN[vendor]}"
    )


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER vote_stays_frozen ON {TABLE}")
        schema_editor.execute("DROP FUNCTION playground_vote_is_frozen()")
    else:
        schema_editor.execute("DROP TRIGGER vote_stays_frozen")


class Migration(migrations.Migration):
    dependencies = [("playground", "0010_blind_votes")]
    operations = [migrations.RunPython(create, drop)]
