"""What most tables of the migrations have in common."""

from django.db import migrations, models


def table(name, columns, **settings):
    """The new table `name`, with the key that Django gives a model which names none."""
    key = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')
    return migrations.CreateModel(name, [('id', key), *columns], **settings)


def cascading(*foreign_keys):
    """A step for foreign keys that the release before does not know: what it deletes takes their rows along.

    Each is a table, a column, what it refers to as `run(id)`, and what becomes of it, CASCADE where
    nothing else is said. Two versions run side by side on PostgreSQL alone, which adds foreign keys at
    the end of a migration: the step belongs into the next one.
    """

    def cascade(apps, schema_editor):
        if schema_editor.connection.vendor == 'postgresql':
            for table, column, target, *then in foreign_keys:
                _refer(schema_editor, f'playground_{table}', column, f'playground_{target}', *then)

    return cascade


def _refer(schema_editor, table, column, target, then='CASCADE'):
    with schema_editor.connection.cursor() as cursor:
        found = schema_editor.connection.introspection.get_constraints(cursor, table)
    name = next(name for name, one in found.items() if one['foreign_key'] and one['columns'] == [column])
    schema_editor.execute(
        f'ALTER TABLE {table} DROP CONSTRAINT "{name}", ADD CONSTRAINT "{name}" '
        f'FOREIGN KEY ({column}) REFERENCES {target} ON DELETE {then} DEFERRABLE INITIALLY DEFERRED'
    )
