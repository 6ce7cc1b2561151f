"""The one Django app."""

from __future__ import annotations

from django.apps import AppConfig


class PlaygroundConfig(AppConfig):
    name = "playground"
    verbose_name = "Vision Playground"

    def ready(self) -> None:
        from playground import checks  # noqa: F401 - registers itself
