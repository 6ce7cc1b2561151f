from django.db import migrations

from playground.migrations._tables import cascading

cascade = cascading(
    ('run', 'follows_id', 'run(id)', 'SET NULL'),
)


class Migration(migrations.Migration):

    dependencies = [('playground', '0061_follow_ups')]

    operations = [migrations.RunPython(cascade, migrations.RunPython.noop)]
