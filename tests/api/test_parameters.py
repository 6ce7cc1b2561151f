"""Parameters and schemas by the API: the same names as in the form, and sent as they are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from playground.runs.models.run import Run
from playground.worker import execution
from tests.api.conftest import start, wrong

if TYPE_CHECKING:
    from django.test import Client

    from tests.fakes.wavespeed import FakeWaveSpeed

pytestmark = pytest.mark.django_db
SEER = "seer@local"
SCHEMA = {"type": "object", "required": ["total"]}
SET: dict[str, Any] = {
    "top_p": 0.9,
    "seed": 42,
    "stop": ["END", "\n\n"],
    "reasoning_effort": 2048,
    "image_detail": "high",
    "response_schema": SCHEMA,
    "extra_body": {"min_p": 0.05},
}


def test_what_is_sent_is_asked_and_published(api: Client, local_server: FakeWaveSpeed) -> None:
    local_server.configure(answer=lambda _: "{}")
    answer = start(api, models=[SEER], **SET)
    assert answer.status_code == 201
    execution.execute(Run.objects.get().pk)
    said = api.get(f"/api/runs/{answer.json()['id']}/").json()
    assert {name: said["options"][name] for name in SET} == SET
    assert (said["schema_valid"], said["schema_errors"]) == (
        False,
        [{"path": "total", "reason": "missing"}],
    )
    assert json.loads(local_server.account.chats[0]) == said["request"]


@pytest.mark.usefixtures("local_server")
@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("top_p", 2, "a number from 0 to 1"),
        ("top_p", 10**400, "a number from 0 to 1"),
        ("sweep", {"over": "temperature", "values": [10**400]}, "a number from 0 to 2"),
        ("stop", ["a"] * 5, "At most 4. You gave 5."),
        ("extra_body", {"messages": []}, "messages cannot be set here"),
        ("response_schema", {"type": "objct"}, "The schema cannot be used"),
        ("response_schema", {"$ref": "#"}, "refers to itself"),
    ],
)
def test_what_does_not_fit_is_said_by_its_field(
    api: Client, name: str, value: Any, words: str
) -> None:
    answer = start(api, models=[SEER], **{name: value})
    assert words in wrong(answer)[name][0]
    assert not Run.objects.exists()
