from django.db import migrations

from playground.runs.search import schema


def part(apps, schema_editor):
    schema.create(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("playground", "0037_citations")]

    operations = [migrations.RunPython(part, migrations.RunPython.noop)]
