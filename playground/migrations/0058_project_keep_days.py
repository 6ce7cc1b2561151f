from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('playground', '0057_parameters')]

    operations = [
        migrations.AddField('project', 'keep_days', models.PositiveSmallIntegerField(blank=True, help_text='for how long its runs are kept; none: as the site says', null=True)),
        migrations.AddConstraint('project', models.CheckConstraint(condition=models.Q(keep_days__isnull=True) | models.Q(keep_days__in=(7, 30, 90, 180, 365, 730)), name='project_keep_days')),
    ]
