import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from playground.migrations._tables import table

ROLES = [('look', 'Looks'), ('work', 'Works'), ('keep', 'Keeper')]
THERE = models.Q(deleted_at__isnull=True)


def in_project(**more):
    return models.ForeignKey(blank=True, help_text='none: only its owner sees it', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='playground.project', **more)


class Migration(migrations.Migration):

    dependencies = [('playground', '0046_refused_since')]

    operations = [
        table('Project', [
            ('name', models.CharField(max_length=80)),
            ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
        ], options={'constraints': [models.CheckConstraint(condition=~models.Q(name=''), name='project_has_a_name')]}),
        table('Membership', [
            ('role', models.CharField(choices=ROLES, max_length=10)),
            ('since', models.DateTimeField(default=django.utils.timezone.now)),
            ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
            ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='playground.project')),
        ], options={'constraints': [
            models.UniqueConstraint(fields=['account', 'project'], name='one_membership_a_person_and_project'),
            models.CheckConstraint(condition=models.Q(role__in=['look', 'work', 'keep']), name='member_role_known'),
        ]}),
        migrations.AddField('comparison', 'project', in_project()),
        migrations.AddField('preset', 'project', in_project()),
        migrations.AddField('run', 'project', in_project(db_index=False)),
        migrations.RemoveIndex('run', 'run_listed_owner'),
        migrations.AddIndex('run', models.Index(condition=THERE & models.Q(project__isnull=True), fields=['owner', 'listed_at'], name='run_listed_owner')),
        migrations.AddIndex('run', models.Index(condition=THERE & models.Q(project__isnull=False), fields=['project', 'listed_at'], name='run_listed_project')),
    ]
