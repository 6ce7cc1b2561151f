import django.utils.timezone
from django.db import migrations, models

from playground.migrations._tables import table

TABLE = 'playground_auditentry'
WORDS = 'an entry of the audit log is never changed'
# A later migration that remakes the table on SQLite has to make the trigger again.
KEEP = {
    'sqlite': [
        f"CREATE TRIGGER audit_is_kept BEFORE UPDATE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END",
    ],
    'postgresql': [
        f"CREATE FUNCTION playground_audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{WORDS}'; END $$",
        f'CREATE TRIGGER audit_is_kept BEFORE UPDATE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION playground_audit_is_kept()',
    ],
}
DROP = {
    'sqlite': ['DROP TRIGGER IF EXISTS audit_is_kept'],
    'postgresql': [f'DROP TRIGGER IF EXISTS audit_is_kept ON {TABLE}', 'DROP FUNCTION IF EXISTS playground_audit_is_kept'],
}


def executed(statements):
    def execute(_apps, schema_editor):
        for statement in statements[schema_editor.connection.vendor]:
            schema_editor.execute(statement)

    return execute


keep, drop = executed(KEEP), executed(DROP)


class Migration(migrations.Migration):

    dependencies = [('playground', '0043_experiment_cascades')]

    operations = [
        table('AuditEntry', [
            ('at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ('kind', models.CharField(help_text="one of audit/log.py's Kind", max_length=40)),
            ('actor', models.BigIntegerField(help_text='account that did it; none: nobody here', null=True)),
            ('subject', models.BigIntegerField(help_text='account that it was done to', null=True)),
            ('detail', models.CharField(blank=True, default='', max_length=200)),
            ('network', models.CharField(blank=True, default='', help_text='empty: a command', max_length=50)),
        ], options={'verbose_name_plural': 'audit entries', 'indexes': [
            models.Index(fields=['actor', 'id'], name='audit_by_actor'),
            models.Index(fields=['subject', 'id'], name='audit_by_subject'),
            models.Index(fields=['kind', 'id'], name='audit_by_kind'),
        ]}),
        migrations.RunPython(keep, drop),
    ]
