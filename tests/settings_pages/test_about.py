"""GET /settings/, About: what the environment set, as people read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import markup

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("seconds", "words"), [(1800, "30 minutes"), (60, "1 minute"), (90, "90 seconds")]
)
def test_how_long_an_answer_is_waited_for_is_said_exactly(
    client: Client, settings: SettingsWrapper, seconds: int, words: str
) -> None:
    settings.RUN_DEADLINE = seconds
    assert f">{words}<" in markup(client.get("/settings/"))
