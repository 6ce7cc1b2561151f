"""What most tables of the migrations have in common."""

from django.db import migrations, models


def table(name, columns, **settings):
    """The new table `name`, with the key that Django gives a model which names none."""
    key = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')
    return migrations.CreateModel(name, [('id', key), *columns], **settings)
