from django.db import migrations

from playground.migrations._tables import cascading

cascade = cascading(
    ('evidencecheck', 'run_id', 'run(id)'),
    ('imagereading', 'image_id', 'image(sha256)'),
)


class Migration(migrations.Migration):

    dependencies = [('playground', '0066_evidence_checks')]

    operations = [migrations.RunPython(cascade, migrations.RunPython.noop)]
