import django.db.models.deletion
from django.db import migrations, models


def keep(apps, schema_editor):
    """What runs and links of before have used is not known: the first change keeps it."""
    presets = apps.get_model('playground', 'Preset')._base_manager
    presets.using(schema_editor.connection.alias).update(is_used=True)


class Migration(migrations.Migration):

    dependencies = [('playground', '0067_evidence_cascades')]

    operations = [
        migrations.AddField('preset', 'version', models.PositiveIntegerField(db_default=1, default=1)),
        migrations.AddField('preset', 'is_used', models.BooleanField(db_default=False, default=False, help_text='this version: by a run or a link')),
        migrations.AddField('preset', 'saved_at', models.DateTimeField(blank=True, help_text='this version; none: when the preset was made', null=True)),
        migrations.CreateModel('PresetVersion', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('prompt', models.TextField()),
            ('system_prompt', models.TextField(blank=True)),
            ('model_ids', models.JSONField(default=list)),
            ('options', models.JSONField(default=dict, help_text="by the names of the composer's fields")),
            ('number', models.PositiveIntegerField()),
            ('created_at', models.DateTimeField(help_text='when it was saved')),
            ('preset', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='playground.preset')),
        ], options={'ordering': ['-number']}),
        migrations.AddConstraint('presetversion', models.UniqueConstraint(fields=['preset', 'number'], name='one_preset_version_a_number')),
        migrations.RunPython(keep, migrations.RunPython.noop),
    ]
