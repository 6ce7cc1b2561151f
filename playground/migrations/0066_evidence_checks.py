import django.db.models.deletion
from django.db import migrations, models

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

    dependencies = [('playground', '0065_first_token')]

    operations = [
        migrations.CreateModel('EvidenceCheck', [
            ('run', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='evidence_check', serialize=False, to='playground.run')),
            ('asked_at', models.DateTimeField(db_index=True)),
        ]),
        migrations.AddField('share', 'checked_until', models.DateTimeField(blank=True, help_text='evidence that was asked for until then is shown', null=True)),
        migrations.RunPython(cascade, migrations.RunPython.noop),
    ]
