import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('playground', '0058_project_keep_days')]

    operations = [
        migrations.AddField('testset', 'project', models.ForeignKey(blank=True, help_text='none: only its owner sees it', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='playground.project')),
    ]
