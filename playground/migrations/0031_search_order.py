from django.db import migrations

from playground.runs.search import schema


def renumber(apps, schema_editor):
    schema.renumber(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("playground", "0030_server_answers")]

    operations = [migrations.RunPython(renumber, migrations.RunPython.noop)]
