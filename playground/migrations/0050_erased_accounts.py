from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('playground', '0049_imports')]

    operations = [
        migrations.AddField('account', 'erased_at', models.DateTimeField(blank=True, help_text='nobody\'s since then; what it had is being deleted', null=True)),
        migrations.AddConstraint('account', models.CheckConstraint(condition=models.Q(('erased_at__isnull', True), ('is_active', False), _connector='OR'), name='erased_is_shut_out')),
    ]
