from django.db import migrations

TABLES = {
    "playground_receivedanswer": ("run_id", "playground_run"),
    "playground_boxreading": ("owner_id", "playground_account"),
}


def cascade(apps, schema_editor):
    """The release before does not know these tables: what it deletes takes their rows along.

    Two versions run side by side on PostgreSQL alone.
    """
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, (column, target) in TABLES.items():
        name = _foreign_key(schema_editor.connection, table, column)
        schema_editor.execute(
            f'ALTER TABLE {table} DROP CONSTRAINT "{name}", ADD CONSTRAINT "{name}" '
            f"FOREIGN KEY ({column}) REFERENCES {target} (id) "
            "ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED"
        )


def _foreign_key(connection, table, column):
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table)
    return next(
        name for name, one in found.items() if one["foreign_key"] and one["columns"] == [column]
    )


class Migration(migrations.Migration):
    dependencies = [("playground", "0039_money_digits")]

    operations = [migrations.RunPython(cascade, migrations.RunPython.noop)]
