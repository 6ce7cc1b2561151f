from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('playground', '0070_image_tokens')]

    operations = [
        migrations.AddIndex(
            model_name='run',
            index=models.Index(condition=models.Q(('comparison__isnull', False)), fields=['comparison', 'status'], name='run_cells_state'),
        ),
    ]
