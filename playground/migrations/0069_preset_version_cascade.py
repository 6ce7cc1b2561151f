from django.db import migrations


def cascade(apps, schema_editor):
    """The release before does not know the table: what it deletes takes its rows along.

    Two versions run side by side on PostgreSQL alone.
    """
    if schema_editor.connection.vendor != 'postgresql':
        return
    with schema_editor.connection.cursor() as cursor:
        found = schema_editor.connection.introspection.get_constraints(cursor, 'playground_presetversion')
    name = next(name for name, one in found.items() if one['foreign_key'] and one['columns'] == ['preset_id'])
    schema_editor.execute(
        f'ALTER TABLE playground_presetversion DROP CONSTRAINT "{name}", ADD CONSTRAINT "{name}" '
        'FOREIGN KEY (preset_id) REFERENCES playground_preset (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED'
    )


class Migration(migrations.Migration):

    dependencies = [('playground', '0068_preset_versions')]

    operations = [migrations.RunPython(cascade, migrations.RunPython.noop)]
