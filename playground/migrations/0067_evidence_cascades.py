from django.db import migrations

FOREIGN_KEYS = [
    ('evidencecheck', 'run_id', 'run', 'id'),
    ('imagereading', 'image_id', 'image', 'sha256'),
]


def cascade(apps, schema_editor):
    """The release before does not know these tables: what it deletes takes their rows along.

    Two versions run side by side on PostgreSQL alone.
    """
    if schema_editor.connection.vendor != 'postgresql':
        return
    for table, column, target, key in FOREIGN_KEYS:
        name = _foreign_key(schema_editor.connection, f'playground_{table}', column)
        schema_editor.execute(
            f'ALTER TABLE playground_{table} DROP CONSTRAINT "{name}", ADD CONSTRAINT "{name}" '
            f'FOREIGN KEY ({column}) REFERENCES playground_{target} ({key}) '
            'ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED'
        )


def _foreign_key(connection, table, column):
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table)
    return next(name for name, one in found.items() if one['foreign_key'] and one['columns'] == [column])


class Migration(migrations.Migration):

    # Apart from the table: PostgreSQL adds its foreign key at the end of a migration.
    dependencies = [('playground', '0066_evidence_checks')]

    operations = [migrations.RunPython(cascade, migrations.RunPython.noop)]
