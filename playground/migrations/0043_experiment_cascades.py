from django.db import migrations

from playground.migrations._tables import cascading

cascade = cascading(
    ('experiment', 'comparison_id', 'comparison(id)'),
    ('variant', 'experiment_id', 'experiment(comparison_id)'),
    ('rule', 'experiment_id', 'experiment(comparison_id)'),
    ('judge', 'experiment_id', 'experiment(comparison_id)'),
    ('mark', 'run_id', 'run(id)'),
    ('mark', 'judge_run_id', 'run(id)', 'SET NULL'),
    ('mark', 'rule_id', 'rule(id)'),
    ('mark', 'judge_id', 'judge(id)'),
)


class Migration(migrations.Migration):

    dependencies = [('playground', '0042_experiments')]

    operations = [migrations.RunPython(cascade, migrations.RunPython.noop)]
