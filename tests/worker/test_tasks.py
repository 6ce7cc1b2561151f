"""Every message of the queue finds what it is for, also one that the release before sent."""

from __future__ import annotations

import pytest
from django.utils.module_loading import import_string
from huey.contrib.djhuey import HUEY

from playground import tasks

PATHS = [*tasks.OF_ROWS.values(), *(path for _, *paths in tasks.SWEEPS.values() for path in paths)]


@pytest.mark.parametrize("path", PATHS)
def test_a_door_leads_to_a_service(path: str) -> None:
    assert callable(import_string(f"playground.{path}"))


@pytest.mark.parametrize("name", ["tidy", "sweep_files", *tasks.OF_ROWS, "ask_server"])
def test_a_message_is_known_by_the_name_that_it_was_sent_with(name: str) -> None:
    assert HUEY._registry.string_to_task(f"playground.tasks.{name}").__name__ == name
