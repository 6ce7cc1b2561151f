from django.db import migrations


def cascade(apps, schema_editor):
    """The release before does not know the column: what it deletes is followed by nothing.

    Two versions run side by side on PostgreSQL alone.
    """
    if schema_editor.connection.vendor != 'postgresql':
        return
    with schema_editor.connection.cursor() as cursor:
        found = schema_editor.connection.introspection.get_constraints(cursor, 'playground_run')
    name = next(name for name, one in found.items() if one['foreign_key'] and one['columns'] == ['follows_id'])
    schema_editor.execute(
        f'ALTER TABLE playground_run DROP CONSTRAINT "{name}", ADD CONSTRAINT "{name}" '
        'FOREIGN KEY (follows_id) REFERENCES playground_run (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED'
    )


class Migration(migrations.Migration):

    dependencies = [('playground', '0061_follow_ups')]

    operations = [migrations.RunPython(cascade, migrations.RunPython.noop)]
