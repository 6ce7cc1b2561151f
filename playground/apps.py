"""The one Django app."""

from django.apps import AppConfig
from django.conf import settings
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate

from playground.providers import network
from playground.storage.sqlite import functions


class PlaygroundConfig(AppConfig):
    name = "playground"
    verbose_name = "Vision Playground"

    def ready(self) -> None:
        from playground.accounts.audit import signals
        from playground.experiments import progress
        from playground.operations import checks  # noqa: F401 - checks register themselves
        from playground.runs.search import schema
        from playground.worker.ended import run_ended
        from playground.worker.queue import tables

        signals.connect()
        network.use(settings.NETWORK)
        run_ended.connect(progress.on_run_ended)
        connection_created.connect(functions.teach_others)
        post_migrate.connect(tables.create_tables, sender=self)
        post_migrate.connect(schema.look_after, sender=self)
