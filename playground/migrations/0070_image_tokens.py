from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('playground', '0069_preset_version_cascade')]

    operations = [
        migrations.AddField(
            model_name='run',
            name='image_tokens',
            field=models.PositiveIntegerField(blank=True, help_text='of tokens_in, by a run without the images', null=True),
        ),
    ]
