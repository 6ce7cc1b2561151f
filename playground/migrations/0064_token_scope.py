from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('playground', '0063_answer_schemas')]

    operations = [
        migrations.AddField('apitoken', 'expires_at', models.DateTimeField(blank=True, help_text='none: never', null=True)),
        migrations.AddField('apitoken', 'scope', models.CharField(choices=[('read', 'Reads'), ('run', 'Reads and runs')], default='run', help_text='what it may do', max_length=10)),
        migrations.AddConstraint('apitoken', models.CheckConstraint(condition=models.Q(scope__in=('read', 'run')), name='token_scope_known')),
    ]
