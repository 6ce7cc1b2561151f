from django.db import migrations

from playground.migrations._tables import cascading

cascade = cascading(
    ('receivedanswer', 'run_id', 'run(id)'),
    ('boxreading', 'owner_id', 'account(id)'),
)


class Migration(migrations.Migration):

    dependencies = [('playground', '0039_money_digits')]

    operations = [migrations.RunPython(cascade, migrations.RunPython.noop)]
