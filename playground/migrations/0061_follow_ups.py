import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('playground', '0060_jpeg_qualities')]

    operations = [
        migrations.AddField('run', 'exchange', models.JSONField(blank=True, help_text='what was asked and answered before: runs/exchange.py', null=True)),
        migrations.AddField('run', 'follows', models.ForeignKey(blank=True, help_text='the run whose exchange this one goes on with', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='follow_ups', to='playground.run')),
    ]
