"""The one Django app."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PlaygroundConfig(AppConfig):
    name = "playground"
    verbose_name = "Vision Playground"

    def ready(self) -> None:
        from playground import checks, queue_schema, search_schema  # noqa: F401 - checks register themselves

        post_migrate.connect(queue_schema.create_tables, sender=self)
        post_migrate.connect(search_schema.look_after, sender=self)
