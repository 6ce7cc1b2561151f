"""The product's settings with an app on top that lets a worker kill itself at a named step."""

from __future__ import annotations

from playground.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.crash"]  # noqa: F405
