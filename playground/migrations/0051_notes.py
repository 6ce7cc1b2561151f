import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def below(to):
    return models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notes', to=to)


OF_ONE = models.Q(run__isnull=False, comparison__isnull=True) | models.Q(run__isnull=True, comparison__isnull=False)


class Migration(migrations.Migration):

    dependencies = [('playground', '0050_erased_accounts')]

    operations = [
        migrations.CreateModel('Note', [
            ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ('text', models.TextField()),
            ('html', models.TextField(help_text='the text as it was drawn')),
            ('renderer_version', models.PositiveSmallIntegerField()),
            ('written_at', models.DateTimeField(default=django.utils.timezone.now)),
            ('edited_at', models.DateTimeField(blank=True, null=True)),
            ('comparison', below('playground.comparison')),
            ('run', below('playground.run')),
            ('writer', below(settings.AUTH_USER_MODEL)),
        ], options={'constraints': [
            models.CheckConstraint(condition=OF_ONE, name='note_of_run_or_comparison'),
            models.CheckConstraint(condition=~models.Q(text=''), name='note_has_a_text'),
        ]}),
        migrations.AddField('share', 'notes_until', models.DateTimeField(blank=True, help_text='notes written until then are shown; none: no notes', null=True)),
    ]
