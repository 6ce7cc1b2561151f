"""Who answered for a model in a vote: the demo's part says nothing about the model."""

from django.db import migrations, models


def note(apps, schema_editor):
    """Take the provider from the runs, deleted ones included, as far as they are there."""
    alias = schema_editor.connection.alias
    runs = apps.get_model("playground", "Run")._base_manager.using(alias)
    contenders = apps.get_model("playground", "Contender").objects.using(alias)
    for pk, comparison, model in contenders.values_list("pk", "vote__comparison", "model_id"):
        same = runs.filter(comparison=comparison, model_id=model).order_by("created_at", "pk")
        provider = same.values_list("provider", flat=True).first()
        contenders.filter(pk=pk).update(provider=provider or "")


class Migration(migrations.Migration):
    dependencies = [("playground", "0025_tags")]

    operations = [
        migrations.AddField("contender", "provider", models.CharField(blank=True, db_default="", default="", max_length=50)),
        migrations.RemoveConstraint(model_name="contender", name="one_part_a_model"),
        migrations.AddConstraint(
            model_name="contender",
            constraint=models.UniqueConstraint(
                fields=("vote", "model_id", "provider"), name="one_part_a_model_of_a_provider"
            ),
        ),
        migrations.RunPython(note, migrations.RunPython.noop),
    ]
