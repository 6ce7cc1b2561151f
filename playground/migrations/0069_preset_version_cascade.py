from django.db import migrations

from playground.migrations._tables import cascading

cascade = cascading(
    ('presetversion', 'preset_id', 'preset(id)'),
)


class Migration(migrations.Migration):

    dependencies = [('playground', '0068_preset_versions')]

    operations = [migrations.RunPython(cascade, migrations.RunPython.noop)]
