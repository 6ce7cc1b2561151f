from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("playground", "0036_received_answers")]

    operations = [
        migrations.AddField(
            model_name="run",
            name="citations",
            field=models.JSONField(
                blank=True, help_text="pairs: address and title of what the answer names", null=True
            ),
        ),
    ]
