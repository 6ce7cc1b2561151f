import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('playground', '0065_first_token')]

    operations = [
        migrations.CreateModel('EvidenceCheck', [
            ('run', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='evidence_check', serialize=False, to='playground.run')),
            ('asked_at', models.DateTimeField(db_index=True)),
        ]),
        migrations.AddField('share', 'checked_until', models.DateTimeField(blank=True, help_text='evidence that was asked for until then is shown', null=True)),
    ]
