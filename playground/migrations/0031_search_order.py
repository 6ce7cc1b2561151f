from django.db import migrations

from playground.migrations import _search


def renumber(apps, schema_editor):
    _search.renumber(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("playground", "0030_server_answers")]

    operations = [migrations.RunPython(renumber, migrations.RunPython.noop)]
