from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('playground', '0064_token_scope')]

    operations = [
        migrations.AddField('run', 'first_token_ms', models.PositiveBigIntegerField(blank=True, null=True)),
    ]
