from django.db import migrations

FOREIGN_KEYS = [
    ("experiment", "comparison_id", "comparison(id)", "CASCADE"),
    ("variant", "experiment_id", "experiment(comparison_id)", "CASCADE"),
    ("rule", "experiment_id", "experiment(comparison_id)", "CASCADE"),
    ("judge", "experiment_id", "experiment(comparison_id)", "CASCADE"),
    ("mark", "run_id", "run(id)", "CASCADE"),
    ("mark", "judge_run_id", "run(id)", "SET NULL"),
    ("mark", "rule_id", "rule(id)", "CASCADE"),
    ("mark", "judge_id", "judge(id)", "CASCADE"),
]


def cascade(apps, schema_editor):
    """The release before does not know these tables: what it deletes takes their rows along.

    Two versions run side by side on PostgreSQL alone.
    """
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, column, target, then in FOREIGN_KEYS:
        name = _foreign_key(schema_editor.connection, f"playground_{table}", column)
        schema_editor.execute(
            f'ALTER TABLE playground_{table} DROP CONSTRAINT "{name}", ADD CONSTRAINT "{name}" '
            f"FOREIGN KEY ({column}) REFERENCES playground_{target} "
            f"ON DELETE {then} DEFERRABLE INITIALLY DEFERRED"
        )


def _foreign_key(connection, table, column):
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table)
    return next(
        name for name, one in found.items() if one["foreign_key"] and one["columns"] == [column]
    )


class Migration(migrations.Migration):
    # Apart from the tables: PostgreSQL adds their foreign keys at the end of a migration.
    dependencies = [("playground", "0042_experiments")]

    operations = [migrations.RunPython(cascade, migrations.RunPython.noop)]
