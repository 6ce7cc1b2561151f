from django.db import migrations

FOREIGN_KEYS = [
    ('note', 'run_id', 'run'),
    ('note', 'comparison_id', 'comparison'),
    ('note', 'writer_id', 'account'),
    ('membership', 'account_id', 'account'),
    ('membership', 'project_id', 'project'),
]


def cascade(apps, schema_editor):
    """The release before does not know these tables: what it deletes takes their rows along.

    Two versions run side by side on PostgreSQL alone.
    """
    if schema_editor.connection.vendor != 'postgresql':
        return
    for table, column, target in FOREIGN_KEYS:
        name = _foreign_key(schema_editor.connection, f'playground_{table}', column)
        schema_editor.execute(
            f'ALTER TABLE playground_{table} DROP CONSTRAINT "{name}", ADD CONSTRAINT "{name}" '
            f'FOREIGN KEY ({column}) REFERENCES playground_{target} (id) '
            'ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED'
        )


def _foreign_key(connection, table, column):
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table)
    return next(name for name, one in found.items() if one['foreign_key'] and one['columns'] == [column])


class Migration(migrations.Migration):

    dependencies = [('playground', '0051_notes')]

    operations = [migrations.RunPython(cascade, migrations.RunPython.noop)]
