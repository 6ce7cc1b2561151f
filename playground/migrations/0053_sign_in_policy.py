from django.db import migrations, models

from playground.migrations._tables import table


class Migration(migrations.Migration):

    dependencies = [('playground', '0052_note_cascades')]

    operations = [
        table('SignInPolicy', [
            ('second_factor', models.BooleanField(default=False, help_text='everybody with a password has to have one')),
        ], options={
            'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='one_sign_in_policy')],
        }),
    ]
