"""All tables as 0054 left them: a new database is made at once, one that exists goes step by step."""

import django.contrib.auth.models
import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.utils.timezone
import playground.accounts.models
import playground.runs.transitions
import playground.storage.tokens
import uuid
from importlib import import_module

from django.conf import settings
from django.db import migrations, models


# What a table cannot say in Django's words: triggers, the index of search, on PostgreSQL foreign keys that cascade.
BESIDE = [
    ('0011_frozen_votes', 'create', 'drop'),
    ('0017_search', 'create', 'drop'),
    ('0040_cascades', 'cascade', None),
    ('0043_experiment_cascades', 'cascade', None),
    ('0044_audit', 'keep', 'drop'),
    ('0052_note_cascades', 'cascade', None),
]


def create(apps, schema_editor):
    _make_foreign_keys(schema_editor)
    for module, make, _ in BESIDE:
        _step(module, make)(apps, schema_editor)


def _make_foreign_keys(schema_editor):
    """PostgreSQL would add them at the end of the migration."""
    for statement in schema_editor.deferred_sql:
        schema_editor.execute(statement, None)
    schema_editor.deferred_sql.clear()


def drop(apps, schema_editor):
    for module, _, remove in BESIDE:
        if remove:
            _step(module, remove)(apps, schema_editor)


def _step(module, name):
    return getattr(import_module(f'playground.migrations.{module}'), name)


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('playground', '0001_first'),
        ('playground', '0002_lookup_and_hints'),
        ('playground', '0003_addresses_and_sizes'),
        ('playground', '0004_comparison_title_and_best'),
        ('playground', '0005_answer_state'),
        ('playground', '0006_accounts'),
        ('playground', '0007_history'),
        ('playground', '0008_sign_in'),
        ('playground', '0009_matrix'),
        ('playground', '0010_blind_votes'),
        ('playground', '0011_frozen_votes'),
        ('playground', '0012_limits'),
        ('playground', '0013_growing_answers'),
        ('playground', '0014_share_links'),
        ('playground', '0015_account_names'),
        ('playground', '0016_rerun_of'),
        ('playground', '0017_search'),
        ('playground', '0018_stored_keys'),
        ('playground', '0019_model_days'),
        ('playground', '0020_servers_in_settings'),
        ('playground', '0021_api_tokens'),
        ('playground', '0022_what_models_take'),
        ('playground', '0023_presets'),
        ('playground', '0024_tokens_of_days'),
        ('playground', '0025_tags'),
        ('playground', '0026_contender_provider'),
        ('playground', '0027_server_kind'),
        ('playground', '0028_deleted_presets'),
        ('playground', '0029_exact_prices'),
        ('playground', '0030_server_answers'),
        ('playground', '0031_search_order'),
        ('playground', '0032_kinds_of_variants'),
        ('playground', '0033_parted_answers'),
        ('playground', '0034_box_readings'),
        ('playground', '0035_spent_tokens'),
        ('playground', '0036_received_answers'),
        ('playground', '0037_citations'),
        ('playground', '0038_parted_scripts'),
        ('playground', '0039_money_digits'),
        ('playground', '0040_cascades'),
        ('playground', '0041_looked_at'),
        ('playground', '0042_experiments'),
        ('playground', '0043_experiment_cascades'),
        ('playground', '0044_audit'),
        ('playground', '0045_deletion_notices'),
        ('playground', '0046_refused_since'),
        ('playground', '0047_projects'),
        ('playground', '0048_judges'),
        ('playground', '0049_imports'),
        ('playground', '0050_erased_accounts'),
        ('playground', '0051_notes'),
        ('playground', '0052_note_cascades'),
        ('playground', '0053_sign_in_policy'),
        ('playground', '0054_shared_outcomes'),
    ]

    # None has to run before others: those of other apps that need the accounts ask for the first of ours.
    # Where a database goes step by step, they would wait for the last.
    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Gate',
            fields=[
                ('provider', models.CharField(max_length=50, primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name='Image',
            fields=[
                ('sha256', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('file', models.FileField(max_length=200, upload_to='')),
                ('content_type', models.CharField(max_length=50)),
                ('format', models.CharField(max_length=10)),
                ('width', models.PositiveIntegerField(help_text='pixels, as seen: after its orientation')),
                ('height', models.PositiveIntegerField(help_text='pixels, as seen: after its orientation')),
                ('size', models.PositiveIntegerField(help_text='bytes')),
                ('created_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='Worker',
            fields=[
                ('name', models.CharField(help_text='host:pid:start', max_length=120, primary_key=True, serialize=False)),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('seen_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='ModelPrice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=50)),
                ('model_id', models.CharField(max_length=200)),
                ('amount', models.DecimalField(decimal_places=18, max_digits=30)),
                ('currency', models.CharField(default='USD', max_length=3)),
                ('quoted_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('provider', 'model_id'), name='one_price_a_model'), models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='price_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='ProviderUpload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=50)),
                ('sha256', models.CharField(max_length=64)),
                ('url', models.TextField(blank=True)),
                ('expires_at', models.DateTimeField(null=True)),
                ('claimed_until', models.DateTimeField(help_text='somebody is uploading until then', null=True)),
                ('account', models.CharField(db_default='', default='', help_text='there; others may not use it', max_length=32)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('provider', 'account', 'sha256'), name='one_upload_an_account')],
            },
        ),
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'This name is taken. Choose another one.'}, max_length=150, unique=True, validators=[django.core.validators.RegexValidator('^[\\w.+-]+\\Z', 'A username has letters, digits and . + - _ only. Choose another one.')])),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ('sessions_epoch', models.PositiveIntegerField(db_default=0, default=0, help_text='counting it up ends every session')),
                ('erased_at', models.DateTimeField(blank=True, help_text="nobody's since then; what it had is being deleted", null=True)),
            ],
            options={
                'verbose_name': 'account',
                'verbose_name_plural': 'accounts',
                'abstract': False,
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('username'), name='one_account_a_name', violation_error_message='This name is taken. Choose another one.'), models.UniqueConstraint(django.db.models.functions.text.Lower('email'), condition=models.Q(('email', ''), _negated=True), name='one_account_an_email', violation_error_message='Another account has this email. Use another one.'), models.CheckConstraint(condition=models.Q(('username__contains', '@'), _negated=True), name='no_name_like_an_email'), models.CheckConstraint(condition=models.Q(('erased_at__isnull', True), ('is_active', False), _connector='OR'), name='erased_is_shut_out')],
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='SignInAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_digest', models.CharField(max_length=64)),
                ('network', models.CharField(max_length=50)),
                ('at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
            options={
                'indexes': [models.Index(fields=['network', 'name_digest', 'at'], name='attempts_to_sign_in')],
            },
        ),
        migrations.CreateModel(
            name='ListedModel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=50)),
                ('model_id', models.CharField(help_text='as the provider knows it', max_length=200)),
                ('vision', models.BooleanField(blank=True, null=True)),
                ('input_price', models.DecimalField(blank=True, decimal_places=18, help_text='US dollars a token', max_digits=30, null=True)),
                ('output_price', models.DecimalField(blank=True, decimal_places=18, max_digits=30, null=True)),
                ('first_seen', models.DateTimeField(default=django.utils.timezone.now)),
                ('seen_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('gone_at', models.DateTimeField(blank=True, null=True)),
                ('max_images', models.PositiveSmallIntegerField(blank=True, help_text='of one request', null=True)),
                ('reasoning', models.BooleanField(blank=True, help_text='whether it takes it', null=True)),
                ('temperature', models.BooleanField(blank=True, help_text='whether it takes one', null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('provider', 'model_id'), name='one_row_a_listed_model')],
            },
        ),
        migrations.CreateModel(
            name='FoundServer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.CharField(help_text='up to and with /v1', max_length=500, unique=True)),
                ('name', models.CharField(max_length=60)),
                ('listed', models.JSONField(help_text='pairs: id, and whether it sees, null if not known')),
                ('seen_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='ExactPrice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=50)),
                ('model_id', models.CharField(max_length=200)),
                ('inputs', models.CharField(max_length=200)),
                ('amount', models.DecimalField(decimal_places=18, max_digits=30)),
                ('quoted_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('provider', 'model_id', 'inputs'), name='one_price_of_inputs'), models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='exact_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='ServerAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(help_text='the slug of the server', max_length=50, unique=True)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('problem', models.CharField(blank=True, default='', help_text='an ErrorKind', max_length=30)),
                ('detail', models.CharField(blank=True, default='', max_length=500)),
            ],
        ),
        migrations.CreateModel(
            name='SpentToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form_token', models.CharField(max_length=64, unique=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('kind', models.CharField(help_text="one of audit/log.py's Kind", max_length=40)),
                ('actor', models.BigIntegerField(help_text='account that did it; none: nobody here', null=True)),
                ('subject', models.BigIntegerField(help_text='account that it was done to', null=True)),
                ('detail', models.CharField(blank=True, default='', max_length=200)),
                ('network', models.CharField(blank=True, default='', help_text='empty: a command', max_length=50)),
            ],
            options={
                'verbose_name_plural': 'audit entries',
                'indexes': [models.Index(fields=['actor', 'id'], name='audit_by_actor'), models.Index(fields=['subject', 'id'], name='audit_by_subject'), models.Index(fields=['kind', 'id'], name='audit_by_kind')],
            },
        ),
        migrations.CreateModel(
            name='Project',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='project_has_a_name')],
            },
        ),
        migrations.CreateModel(
            name='SignInPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('second_factor', models.BooleanField(default=False, help_text='everybody with a password has to have one')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='one_sign_in_policy')],
            },
        ),
        migrations.CreateModel(
            name='ImageVariant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('max_edge', models.PositiveIntegerField(default=0, help_text='pixels; 0: as it came')),
                ('sha256', models.CharField(max_length=64)),
                ('file', models.FileField(max_length=200, upload_to='')),
                ('content_type', models.CharField(max_length=50)),
                ('width', models.PositiveIntegerField()),
                ('height', models.PositiveIntegerField()),
                ('size', models.PositiveIntegerField(help_text='bytes')),
                ('note', models.CharField(blank=True, help_text='what was changed, for people', max_length=300)),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='variants', to='playground.image')),
                ('plain', models.BooleanField(db_default=False, default=False, help_text='PNG or JPEG, for servers that read no more')),
                ('recipe', models.PositiveSmallIntegerField(db_default=0, default=0, help_text='how it was made; an older one is still shown')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('image', 'max_edge', 'plain', 'recipe'), name='one_variant_a_recipe')],
            },
        ),
        migrations.CreateModel(
            name='AddressFetch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form_token', models.CharField(max_length=64)),
                ('url', models.TextField()),
                ('refused', models.BooleanField(default=False)),
                ('claimed_until', models.DateTimeField(help_text='somebody is fetching until then', null=True)),
                ('created_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('image', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to='playground.image')),
                ('reason', models.CharField(blank=True, db_default='', default='', help_text='what came instead', max_length=300)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('form_token', 'url'), name='one_fetch_a_form')],
            },
        ),
        migrations.CreateModel(
            name='ImageHolder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('chosen_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holders', to='playground.image')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('account', 'image'), name='one_holder_an_account')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('note', models.CharField(blank=True, help_text='for whom it is', max_length=120)),
                ('administrator', models.BooleanField(default=False, help_text='the role that it gives')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField(default=playground.accounts.models.expiry)),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='invitations', to=settings.AUTH_USER_MODEL)),
                ('used_by', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='invitation', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(('used_at__isnull', True), ('revoked_at__isnull', True), _connector='OR'), name='used_or_revoked_not_both')],
            },
        ),
        migrations.CreateModel(
            name='Press',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('runs', models.PositiveIntegerField()),
                ('units', models.PositiveIntegerField(help_text='that the provider bills; none for the demo')),
                ('at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('account', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'presses',
            },
        ),
        migrations.CreateModel(
            name='StoredKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(help_text='or the slug of a server', max_length=50)),
                ('value', models.TextField(help_text='encrypted: see storage/encryption.py')),
                ('set_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('set_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('owner', 'provider'), name='one_key_an_account'), models.UniqueConstraint(condition=models.Q(('owner', None)), fields=('provider',), name='one_key_a_site')],
            },
        ),
        migrations.CreateModel(
            name='Favourite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model_id', models.CharField(max_length=200)),
                ('owner', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('owner', 'model_id'), name='one_star_a_model'), models.UniqueConstraint(condition=models.Q(('owner__isnull', True)), fields=('model_id',), name='one_local_star_a_model')],
            },
        ),
        migrations.CreateModel(
            name='ModelDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=50)),
                ('model_id', models.CharField(max_length=200)),
                ('day', models.DateField()),
                ('completed', models.PositiveIntegerField(default=0)),
                ('failed', models.PositiveIntegerField(default=0)),
                ('unknown', models.PositiveIntegerField(default=0)),
                ('latency', models.JSONField(default=dict)),
                ('latest', models.CharField(blank=True, max_length=30)),
                ('units', models.PositiveIntegerField(default=0)),
                ('priced', models.PositiveIntegerField(default=0, help_text='runs with an estimate')),
                ('price', models.DecimalField(decimal_places=18, default=0, max_digits=30)),
                ('billed', models.PositiveIntegerField(default=0, help_text='runs with a final amount')),
                ('charged', models.DecimalField(decimal_places=18, default=0, max_digits=30)),
                ('owner', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
                ('tokens_in', models.PositiveBigIntegerField(db_default=0, default=0)),
                ('tokens_out', models.PositiveBigIntegerField(db_default=0, default=0)),
                ('told', models.PositiveIntegerField(db_default=0, default=0, help_text='answers with tokens')),
            ],
            options={
                'indexes': [models.Index(fields=['day'], name='model_day')],
                'constraints': [models.UniqueConstraint(fields=('owner', 'day', 'provider', 'model_id'), name='one_row_a_model_and_day'), models.UniqueConstraint(condition=models.Q(('owner__isnull', True)), fields=('day', 'provider', 'model_id'), name='one_local_row_a_model_and_day')],
            },
        ),
        migrations.CreateModel(
            name='SavedServer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.CharField(help_text='its name in runs, for good', max_length=30, unique=True)),
                ('name', models.CharField(max_length=60)),
                ('url', models.CharField(help_text='up to and with /v1', max_length=500)),
                ('headers', models.TextField(blank=True, help_text='encrypted: some hold secrets')),
                ('set_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('set_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('kind', models.CharField(db_default='openai', default='openai', max_length=30)),
            ],
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='what it is for', max_length=60)),
                ('digest', models.CharField(help_text='SHA-256 of the secret', max_length=64, unique=True)),
                ('ending', models.CharField(help_text='of the secret, to recognise it by', max_length=4)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('used_at', models.DateTimeField(blank=True, help_text='to the minute', null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='api_tokens', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'API token',
                'ordering': ['-created_at', '-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('owner__isnull', False), ('revoked_at__isnull', True)), fields=('owner', 'name'), name='one_live_token_a_name'), models.UniqueConstraint(condition=models.Q(('owner__isnull', True), ('revoked_at__isnull', True)), fields=('name',), name='one_live_local_token_a_name')],
            },
        ),
        migrations.CreateModel(
            name='Preset',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('prompt', models.TextField()),
                ('system_prompt', models.TextField(blank=True)),
                ('model_ids', models.JSONField(default=list)),
                ('options', models.JSONField(default=dict, help_text="by the names of the composer's fields")),
                ('digest', models.CharField(help_text='SHA-256 of all that it fills in', max_length=64)),
                ('link', models.CharField(blank=True, max_length=64, null=True, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='presets', to=settings.AUTH_USER_MODEL)),
                ('deleted_at', models.DateTimeField(blank=True, null=True)),
                ('project', models.ForeignKey(blank=True, help_text='none: only its owner sees it', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='playground.project')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('deleted_at__isnull', True), ('owner__isnull', False)), fields=('owner', 'name'), name='one_preset_a_name'), models.UniqueConstraint(condition=models.Q(('deleted_at__isnull', True), ('owner__isnull', True)), fields=('name',), name='one_local_preset_a_name')],
            },
        ),
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='tags', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('owner', 'name'), name='one_tag_a_name'), models.UniqueConstraint(condition=models.Q(('owner__isnull', True)), fields=('name',), name='one_local_tag_a_name'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='tag_has_a_name')],
            },
        ),
        migrations.CreateModel(
            name='BoxReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model_id', models.CharField(max_length=200)),
                ('reading', models.CharField(help_text='see rendering/boxes/readings.py', max_length=20)),
                ('owner', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('owner', 'model_id'), name='one_reading_a_model'), models.UniqueConstraint(condition=models.Q(('owner__isnull', True)), fields=('model_id',), name='one_local_reading_a_model')],
            },
        ),
        migrations.CreateModel(
            name='TestSet',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('created_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('deleted_at', models.DateTimeField(blank=True, null=True)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='test_sets', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('look', 'Looks'), ('work', 'Works'), ('keep', 'Keeper')], max_length=10)),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='playground.project')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('account', 'project'), name='one_membership_a_person_and_project'), models.CheckConstraint(condition=models.Q(('role__in', ['look', 'work', 'keep'])), name='member_role_known')],
            },
        ),
        migrations.CreateModel(
            name='Version',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('origin', models.CharField(blank=True, help_text='file that the cases came from', max_length=200)),
                ('test_set', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='playground.testset')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('test_set', 'number'), name='one_version_a_number')],
            },
        ),
        migrations.CreateModel(
            name='Import',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(help_text='of the test set', max_length=120)),
                ('source', models.CharField(help_text="as the person's file was called", max_length=200)),
                ('size', models.PositiveBigIntegerField(help_text='bytes of the file')),
                ('state', models.CharField(choices=[('looking', 'Looking'), ('mapping', 'Mapping'), ('storing', 'Storing'), ('done', 'Done'), ('failed', 'Failed')], default='looking', max_length=10)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('changed_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('mapping', models.JSONField(blank=True, help_text='what the columns mean; null: as it was guessed', null=True)),
                ('mends', models.JSONField(blank=True, default=dict, help_text='by the number of the row')),
                ('broken', models.JSONField(blank=True, default=dict, help_text='why an image was refused, by the number of its row')),
                ('found', models.JSONField(blank=True, help_text='what the page shows of it', null=True)),
                ('done', models.PositiveIntegerField(default=0, help_text='cases whose images are kept')),
                ('total', models.PositiveIntegerField(default=0)),
                ('started_at', models.DateTimeField(blank=True, help_text='when keeping began', null=True)),
                ('problem', models.TextField(blank=True, help_text='why it failed, or cannot begin')),
                ('claim', models.UUIDField(blank=True, help_text='of the worker that carries it', null=True)),
                ('claimed_until', models.DateTimeField(blank=True, null=True)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='imports', to=settings.AUTH_USER_MODEL)),
                ('test_set', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='imports', to='playground.testset')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['looking', 'mapping', 'storing', 'done', 'failed'])), name='import_state')],
            },
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(help_text='row, from 0')),
                ('key', models.UUIDField(default=uuid.uuid4, help_text='the same in every version')),
                ('variables', models.JSONField(blank=True, default=dict, help_text='name and text')),
                ('question', models.TextField(blank=True, help_text='instead of the prompt of the variant')),
                ('expected', models.TextField(blank=True, help_text='the right answer; blank: none is known')),
                ('tags', models.JSONField(blank=True, default=list)),
                ('note', models.TextField(blank=True)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cases', to='playground.version')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('version', 'position'), name='one_case_a_row'), models.UniqueConstraint(fields=('version', 'key'), name='one_case_a_key')],
            },
        ),
        migrations.CreateModel(
            name='CaseImage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('name', models.CharField(blank=True, help_text='as the file was called', max_length=200)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='images', to='playground.case')),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='case_images', to='playground.image')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('case', 'position'), name='one_case_image_a_place')],
            },
        ),
        migrations.CreateModel(
            name='Comparison',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('best_why', models.CharField(blank=True, max_length=300)),
                ('title', models.CharField(blank=True, help_text="blank: the prompt's first line", max_length=120)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='comparisons', to=settings.AUTH_USER_MODEL)),
                ('rows', models.PositiveSmallIntegerField(db_default=0, default=0, help_text='images of a matrix, each in runs of its own; 0: none')),
                ('blind', models.BooleanField(db_default=False, default=False, help_text='names were hidden')),
                ('revealed_at', models.DateTimeField(blank=True, help_text='then votes are frozen', null=True)),
                ('seed', models.BigIntegerField(blank=True, help_text="of a blind one's order", null=True)),
                ('project', models.ForeignKey(blank=True, help_text='none: only its owner sees it', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='playground.project')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('blind', True), ('revealed_at__isnull', True)), fields=['id'], name='comparison_sealed')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('blind', True), ('seed__isnull', False)), models.Q(('blind', False), ('seed__isnull', True)), _connector='OR'), name='blind_has_a_seed'), models.CheckConstraint(condition=models.Q(('blind', False), ('rows', 0), _connector='OR'), name='no_matrix_is_blind'), models.CheckConstraint(condition=models.Q(('blind', True), ('revealed_at__isnull', True), _connector='OR'), name='only_blind_is_revealed')],
            },
        ),
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveIntegerField(default=0)),
                ('form_token', models.CharField(max_length=64)),
                ('form_digest', models.CharField(help_text='SHA-256 of what the form asked', max_length=64)),
                ('starred', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('provider', models.CharField(max_length=50)),
                ('model_id', models.CharField(max_length=200)),
                ('prompt', models.TextField()),
                ('system_prompt', models.TextField(blank=True)),
                ('temperature', models.FloatField(blank=True, null=True)),
                ('max_tokens', models.PositiveIntegerField(blank=True, null=True)),
                ('reasoning', models.BooleanField(default=False)),
                ('priority', models.CharField(default='latency', max_length=20)),
                ('units', models.PositiveSmallIntegerField(help_text='of a standard run; premium counts three')),
                ('price', models.DecimalField(blank=True, decimal_places=18, max_digits=30, null=True)),
                ('status', models.CharField(choices=[('queued', 'Queued'), ('submitting', 'Sending'), ('processing', 'Running'), ('completed', 'Completed'), ('failed', 'Failed'), ('cancelled', 'Cancelled'), ('unknown', 'Unknown')], default='queued', max_length=20)),
                ('claim_token', models.UUIDField(blank=True, null=True)),
                ('worker', models.CharField(blank=True, max_length=120)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('not_before', models.DateTimeField(blank=True, null=True)),
                ('dispatched_at', models.DateTimeField(blank=True, null=True)),
                ('submit_started_at', models.DateTimeField(blank=True, null=True)),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('poll_until', models.DateTimeField(blank=True, help_text='then polling is given up', null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0, help_text='that surely started nothing')),
                ('last_error', models.TextField(blank=True, help_text='of a poll or a wait, while still trying')),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('prediction_id', models.CharField(blank=True, max_length=100)),
                ('request', models.JSONField(blank=True, null=True)),
                ('response', models.JSONField(blank=True, null=True)),
                ('output', models.TextField(blank=True)),
                ('output_cut', models.BooleanField(default=False)),
                ('output_html', models.TextField(blank=True)),
                ('renderer_version', models.PositiveSmallIntegerField(default=0)),
                ('flagged', models.BooleanField(default=False)),
                ('error_kind', models.CharField(blank=True, max_length=30)),
                ('error_detail', models.TextField(blank=True)),
                ('inference_ms', models.PositiveBigIntegerField(blank=True, null=True)),
                ('comparison', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='playground.comparison')),
                ('retry_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='retries', to='playground.run')),
                ('candidates', models.JSONField(blank=True, help_text='predictions at the provider that may be this run', null=True)),
                ('hinted', models.CharField(blank=True, db_default='', default='', help_text='prediction and status that the last webhook named', max_length=140)),
                ('lookup_ended_at', models.DateTimeField(blank=True, null=True)),
                ('lookup_started_at', models.DateTimeField(blank=True, null=True)),
                ('max_edge', models.PositiveIntegerField(default=0, help_text='pixels; 0: images as they came')),
                ('answer_state', models.CharField(blank=True, help_text='see runs/answer_states.py', max_length=10)),
                ('owner', models.ForeignKey(blank=True, db_index=False, help_text='none: made on a local playground', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='runs', to=settings.AUTH_USER_MODEL)),
                ('deleted_at', models.DateTimeField(blank=True, help_text='hidden since then, gone for good soon after', null=True)),
                ('listed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('charged', models.DecimalField(blank=True, decimal_places=18, help_text='US dollars, where the provider says what the run has cost', max_digits=30, null=True)),
                ('finish_reason', models.CharField(blank=True, db_default='', default='', max_length=50)),
                ('partial', models.TextField(blank=True, db_default='', default='', help_text='of an answer that is still arriving')),
                ('thoughts', models.TextField(blank=True, db_default='', default='', help_text='reasoning, where the provider gives it')),
                ('tokens_in', models.PositiveIntegerField(blank=True, null=True)),
                ('tokens_out', models.PositiveIntegerField(blank=True, null=True)),
                ('rerun_of', models.ForeignKey(blank=True, help_text='asked again, perhaps much later; stands alone', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='reruns', to='playground.run')),
                ('own_key', models.BooleanField(help_text="whether it is sent with the key of its owner, not with the site's", null=True)),
                ('raw_output', models.TextField(blank=True, db_default='', default='', help_text='the answer as it came, where its reasoning was parted from it')),
                ('citations', models.JSONField(blank=True, help_text='pairs: address and title of what the answer names', null=True)),
                ('looked_at', models.DateTimeField(blank=True, help_text="by which a webhook's hint is, or will be, looked at", null=True)),
                ('refused_since', models.DateTimeField(blank=True, help_text='the provider answers every question about it so', null=True)),
                ('project', models.ForeignKey(blank=True, db_index=False, help_text='none: only its owner sees it', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='playground.project')),
            ],
            options={
                'indexes': [models.Index(fields=['status', 'lease_until'], name='run_state'), models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['listed_at'], name='run_listed_newest'), models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['model_id', 'listed_at'], name='run_listed_model'), models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['provider', 'listed_at'], name='run_listed_provider'), models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['status', 'listed_at'], name='run_listed_status'), models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['answer_state', 'listed_at'], name='run_listed_state'), models.Index(condition=models.Q(('deleted_at__isnull', True), ('starred', True)), fields=['listed_at'], name='run_listed_starred'), models.Index(condition=models.Q(('deleted_at__isnull', True), ('flagged', True)), fields=['listed_at'], name='run_listed_flagged'), models.Index(condition=models.Q(('deleted_at__isnull', True), ('comparison__isnull', False)), fields=['listed_at'], name='run_listed_compared'), models.Index(condition=models.Q(('deleted_at__isnull', True), ('comparison__isnull', True)), fields=['listed_at'], name='run_listed_single'), models.Index(condition=models.Q(('deleted_at__isnull', False)), fields=['deleted_at'], name='run_deleted'), models.Index(condition=models.Q(('comparison__isnull', False)), fields=['comparison', 'position'], name='run_cells'), models.Index(condition=models.Q(('status', 'completed')), fields=['renderer_version'], name='run_drawn'), models.Index(condition=models.Q(('deleted_at__isnull', True), ('project__isnull', True)), fields=['owner', 'listed_at'], name='run_listed_owner'), models.Index(condition=models.Q(('deleted_at__isnull', True), ('project__isnull', False)), fields=['project', 'listed_at'], name='run_listed_project')],
                'constraints': [models.UniqueConstraint(fields=('form_token', 'position'), name='one_run_a_press'), models.UniqueConstraint(condition=models.Q(('prediction_id', ''), _negated=True), fields=('provider', 'prediction_id'), name='one_run_a_prediction'), models.CheckConstraint(condition=models.Q(('status__in', ['queued', 'submitting', 'processing', 'completed', 'failed', 'cancelled', 'unknown'])), name='run_status_known'), models.CheckConstraint(condition=models.Q(('temperature__isnull', True), ('temperature__range', (0, 2)), _connector='OR'), name='temperature_0_to_2'), models.CheckConstraint(condition=models.Q(('max_tokens__isnull', True), ('max_tokens__gte', 1), _connector='OR'), name='max_tokens_from_1'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['completed', 'failed', 'cancelled', 'unknown']), _negated=True), ('finished_at__isnull', False), _connector='OR'), name='ended_run_has_its_time')],
            },
            bases=(playground.runs.transitions.RunTransitions, models.Model),
        ),
        migrations.CreateModel(
            name='Experiment',
            fields=[
                ('comparison', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='experiment', serialize=False, to='playground.comparison')),
                ('repeats', models.PositiveSmallIntegerField(default=1)),
                ('total', models.PositiveIntegerField(help_text='cells that are planned')),
                ('made', models.PositiveIntegerField(default=0, help_text='cells whose runs were created')),
                ('state', models.CharField(choices=[('running', 'Running'), ('paused', 'Paused'), ('ending', 'Ending'), ('ended', 'Ended')], default='running', max_length=10)),
                ('why', models.CharField(blank=True, help_text='why it waits or is paused', max_length=400)),
                ('form_token', models.CharField(max_length=64, unique=True)),
                ('form_digest', models.CharField(max_length=64)),
                ('revision', models.PositiveIntegerField(default=0, help_text='counts every end and mark')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='experiments', to='playground.version')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['running', 'paused', 'ending', 'ended'])), name='experiment_state'), models.CheckConstraint(condition=models.Q(('repeats__gte', 1)), name='experiment_repeats'), models.CheckConstraint(condition=models.Q(('made__lte', models.F('total'))), name='made_at_most_planned')],
            },
        ),
        migrations.CreateModel(
            name='RunImage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('url', models.TextField(blank=True, help_text='where it came from, or what is passed on')),
                ('name', models.CharField(blank=True, help_text="as the person's file was called", max_length=200)),
                ('sent_sha256', models.CharField(blank=True, help_text='of the bytes handed over', max_length=64)),
                ('sent_note', models.CharField(blank=True, max_length=300)),
                ('image', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='run_images', to='playground.image')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='images', to='playground.run')),
                ('as_address', models.BooleanField(default=False, help_text='the provider fetches it; no copy')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('run', 'position'), name='one_image_a_place'), models.CheckConstraint(condition=models.Q(('image__isnull', False), models.Q(('url', ''), _negated=True), _connector='OR'), name='image_or_address'), models.CheckConstraint(condition=models.Q(('as_address', False), ('image__isnull', True), _connector='OR'), name='address_has_no_copy')],
            },
        ),
        migrations.CreateModel(
            name='Vote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('answer', 'One answer'), ('tie', 'Tie'), ('all_bad', 'All bad'), ('none', 'No vote')], max_length=10)),
                ('place', models.PositiveSmallIntegerField(blank=True, help_text='of the best answer', null=True)),
                ('answers', models.PositiveSmallIntegerField(help_text='that could be voted for at that moment')),
                ('given_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('frozen_at', models.DateTimeField(blank=True, help_text='when the names were shown', null=True)),
                ('comparison', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='votes', to='playground.comparison')),
                ('winner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='playground.run')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('comparison',), name='one_vote_a_comparison'), models.CheckConstraint(condition=models.Q(('outcome__in', ['answer', 'tie', 'all_bad', 'none'])), name='vote_outcome_known'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'answer'), ('place__isnull', False)), models.Q(models.Q(('outcome', 'answer'), _negated=True), ('place__isnull', True), ('winner__isnull', True)), _connector='OR'), name='vote_for_an_answer_names_it'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'none'), _negated=True), ('frozen_at__isnull', False), _connector='OR'), name='no_vote_is_final')],
            },
        ),
        migrations.CreateModel(
            name='Share',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(default=playground.storage.tokens.new_token, max_length=64, unique=True)),
                ('form_token', models.CharField(help_text='one press, one link', max_length=64, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('opens', models.PositiveIntegerField(default=0)),
                ('opened_at', models.DateTimeField(blank=True, help_text='the last time', null=True)),
                ('hide_system_prompt', models.BooleanField(default=False)),
                ('hide_costs', models.BooleanField(default=False)),
                ('hide_reasoning', models.BooleanField(default=False)),
                ('hide_flagged', models.BooleanField(default=True, help_text='answers flagged as sensitive')),
                ('left_out', models.JSONField(blank=True, default=list, help_text='pictures, by content hash or address')),
                ('cells', models.JSONField(blank=True, default=list, help_text='ids of runs, in order')),
                ('best', models.CharField(blank=True, help_text='id of the run that was picked', max_length=36)),
                ('best_why', models.CharField(blank=True, max_length=300)),
                ('title', models.CharField(blank=True, max_length=120)),
                ('comparison', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='shares', to='playground.comparison')),
                ('run', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='shares', to='playground.run')),
                ('notes_until', models.DateTimeField(blank=True, help_text='notes written until then are shown; none: no notes', null=True)),
                ('revision', models.PositiveIntegerField(default=0, help_text='of the marks of an experiment; its outcome is kept as a row beside')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('comparison__isnull', True), ('run__isnull', False)), models.Q(('comparison__isnull', False), ('run__isnull', True)), _connector='OR'), name='share_of_run_or_comparison')],
            },
        ),
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('id', models.BigAutoField(help_text='microseconds of listed_at × 1000 + n', primary_key=True, serialize=False)),
                ('run', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='search_entry', to='playground.run')),
            ],
        ),
        migrations.CreateModel(
            name='RunTag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('listed_at', models.DateTimeField()),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='run_tags', to='playground.run')),
                ('tag', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='playground.tag')),
            ],
            options={
                'indexes': [models.Index(fields=['tag', 'listed_at'], name='run_tag_listed')],
                'constraints': [models.UniqueConstraint(fields=('run', 'tag'), name='one_tag_on_a_run_once')],
            },
        ),
        migrations.CreateModel(
            name='ReceivedAnswer',
            fields=[
                ('run', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='received', serialize=False, to='playground.run')),
                ('packed', models.BinaryField(help_text='the bytes that are kept, by zlib')),
                ('kept', models.PositiveIntegerField(help_text='bytes, unpacked')),
                ('size', models.PositiveBigIntegerField(help_text='bytes that came in all')),
                ('withheld', models.BooleanField(default=False, help_text='the key is spread over what came')),
            ],
        ),
        migrations.CreateModel(
            name='Judge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model_id', models.CharField(max_length=200)),
                ('rubric', models.TextField()),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('experiment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='judges', to='playground.experiment')),
                ('comparison', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='judge', to='playground.comparison')),
                ('is_asking', models.BooleanField(default=True, help_text='whether answers are still to come')),
            ],
            options={
                'ordering': ['created_at', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('experiment', 'model_id'), name='one_judge_a_model')],
            },
        ),
        migrations.CreateModel(
            name='Rule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('options', models.JSONField()),
                ('experiment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rules', to='playground.experiment')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('experiment', 'position'), name='one_rule_a_place')],
            },
        ),
        migrations.CreateModel(
            name='Variant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('model_id', models.CharField(max_length=200)),
                ('prompt', models.TextField()),
                ('system_prompt', models.TextField(blank=True)),
                ('temperature', models.FloatField(blank=True, null=True)),
                ('max_tokens', models.PositiveIntegerField(blank=True, null=True)),
                ('reasoning', models.BooleanField(default=False)),
                ('priority', models.CharField(default='latency', max_length=20)),
                ('max_edge', models.PositiveIntegerField(default=0, help_text='pixels; 0: images as they came')),
                ('experiment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='variants', to='playground.experiment')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('experiment', 'position'), name='one_variant_a_column'), models.CheckConstraint(condition=models.Q(('position__lt', 100)), name='variants_fit_a_row')],
            },
        ),
        migrations.CreateModel(
            name='DeletionNotice',
            fields=[
                ('run', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='deletion_notice', serialize=False, to='playground.run')),
                ('goes_at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('text', models.TextField()),
                ('html', models.TextField(help_text='the text as it was drawn')),
                ('renderer_version', models.PositiveSmallIntegerField()),
                ('written_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('edited_at', models.DateTimeField(blank=True, null=True)),
                ('comparison', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='playground.comparison')),
                ('run', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='playground.run')),
                ('writer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notes', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('comparison__isnull', True), ('run__isnull', False)), models.Q(('comparison__isnull', False), ('run__isnull', True)), _connector='OR'), name='note_of_run_or_comparison'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='note_has_a_text')],
            },
        ),
        migrations.CreateModel(
            name='Contender',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model_id', models.CharField(db_index=True, max_length=200)),
                ('won', models.BooleanField(default=False)),
                ('vote', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contenders', to='playground.vote')),
                ('provider', models.CharField(blank=True, db_default='', default='', max_length=50)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('won', True)), fields=('vote',), name='one_winner_a_vote'), models.UniqueConstraint(fields=('vote', 'model_id', 'provider'), name='one_part_a_model_of_a_provider')],
            },
        ),
        migrations.CreateModel(
            name='SharePreview',
            fields=[
                ('share', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='preview', serialize=False, to='playground.share')),
                ('png', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='Mark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(choices=[('rule', 'Rule'), ('person', 'People'), ('judge', 'Judge')], max_length=10)),
                ('right', models.BooleanField(null=True)),
                ('score', models.FloatField(blank=True, help_text='0 to 1', null=True)),
                ('read', models.CharField(blank=True, help_text='what the answer was read as', max_length=300)),
                ('note', models.CharField(blank=True, help_text='why', max_length=1000)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('account', models.ForeignKey(blank=True, help_text='none: a person on a local playground', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='marks', to=settings.AUTH_USER_MODEL)),
                ('judge', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='marks', to='playground.judge')),
                ('judge_run', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='judged', to='playground.run')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='marks', to='playground.run')),
                ('rule', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='marks', to='playground.rule')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('judge__isnull', True), ('rule__isnull', False), ('source', 'rule')), models.Q(('judge__isnull', True), ('rule__isnull', True), ('source', 'person')), models.Q(('judge__isnull', False), ('rule__isnull', True), ('source', 'judge')), _connector='OR'), name='mark_has_its_source'), models.CheckConstraint(condition=models.Q(('account__isnull', True), ('source', 'person'), _connector='OR'), name='only_people_have_accounts'), models.CheckConstraint(condition=models.Q(('score__isnull', True), ('score__range', (0, 1)), _connector='OR'), name='score_0_to_1'), models.UniqueConstraint(condition=models.Q(('source', 'rule')), fields=('run', 'rule'), name='one_mark_a_rule'), models.UniqueConstraint(condition=models.Q(('account__isnull', False), ('source', 'person')), fields=('run', 'account'), name='one_mark_a_person'), models.UniqueConstraint(condition=models.Q(('account__isnull', True), ('source', 'person')), fields=('run',), name='one_local_mark'), models.UniqueConstraint(condition=models.Q(('source', 'judge')), fields=('run', 'judge'), name='one_mark_a_judge')],
            },
        ),
        migrations.CreateModel(
            name='SharedOutcome',
            fields=[
                ('share', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='outcome', serialize=False, to='playground.share')),
                ('values', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, help_text='as experiments/frozen.py writes and reads them')),
            ],
        ),
        migrations.AddField(
            model_name='comparison',
            name='best',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='playground.run'),
        ),
        migrations.RunPython(create, drop),
    ]
