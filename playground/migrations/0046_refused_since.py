from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('playground', '0045_deletion_notices')]

    operations = [
        migrations.AddField('run', 'refused_since', models.DateTimeField(blank=True, help_text='the provider answers every question about it so', null=True)),
    ]
