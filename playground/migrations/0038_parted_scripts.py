from django.db import migrations

from playground.migrations import _search


def part(apps, schema_editor):
    _search.part(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("playground", "0037_citations")]

    operations = [migrations.RunPython(part, migrations.RunPython.noop)]
