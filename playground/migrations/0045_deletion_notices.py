import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('playground', '0044_audit')]

    operations = [
        migrations.CreateModel('DeletionNotice', [
            ('run', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='deletion_notice', serialize=False, to='playground.run')),
            ('goes_at', models.DateTimeField(db_index=True)),
        ]),
    ]
