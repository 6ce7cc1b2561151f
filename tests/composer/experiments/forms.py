"""What a browser posts from the page that sets up an experiment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.conftest import FLASH

if TYPE_CHECKING:
    from django.test import Client

    from playground.experiments.models.test_set import Version

NEW = "/experiments/new/"


def fields(of: Version, **changed: Any) -> dict[str, Any]:
    """The fields of the page, changed as asked; None leaves a field out."""
    whole = {
        "cases": "set",
        "version": of.pk,
        "models": [FLASH],
        "prompt": ["What is {{thing}}?"],
        "system_prompt": [""],
        "max_edge": ["0"],
        "repeats": "1",
        "priority": "latency",
        "rule-0": "equals",
        "rule-0-of": "equals",
        "rule-0-ignore_case": "on",
        "form_token": "t1",
    }
    return {name: value for name, value in (whole | changed).items() if value is not None}


def press(client: Client, of: Version, headers: Any = None, **changed: Any) -> Any:
    return client.post(NEW, fields(of, **changed), headers=headers)
