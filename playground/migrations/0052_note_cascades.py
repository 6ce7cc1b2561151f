from django.db import migrations

from playground.migrations._tables import cascading

cascade = cascading(
    ('note', 'run_id', 'run(id)'),
    ('note', 'comparison_id', 'comparison(id)'),
    ('note', 'writer_id', 'account(id)'),
    ('membership', 'account_id', 'account(id)'),
    ('membership', 'project_id', 'project(id)'),
)


class Migration(migrations.Migration):

    dependencies = [('playground', '0051_notes')]

    operations = [migrations.RunPython(cascade, migrations.RunPython.noop)]
