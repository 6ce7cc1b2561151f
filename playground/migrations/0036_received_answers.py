import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("playground", "0035_spent_tokens")]

    operations = [
        migrations.CreateModel(
            name="ReceivedAnswer",
            fields=[
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="received",
                        serialize=False,
                        to="playground.run",
                    ),
                ),
                ("packed", models.BinaryField(help_text="the bytes that are kept, by zlib")),
                ("kept", models.PositiveIntegerField(help_text="bytes, unpacked")),
                ("size", models.PositiveBigIntegerField(help_text="bytes that came in all")),
                (
                    "withheld",
                    models.BooleanField(
                        default=False, help_text="the key is spread over what came"
                    ),
                ),
            ],
        ),
    ]
