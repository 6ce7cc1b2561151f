"""/metrics: off by default, behind its token, and true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playground.runs.models.run import Run
from playground.runs.status import RunStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-thirty-characters-x"


def scrape(client: Client) -> str:
    return client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()


def value(text: str, name: str) -> float:
    return next(float(line.split()[-1]) for line in text.splitlines() if line.startswith(name))


@pytest.fixture
def switched_on(settings: SettingsWrapper) -> None:
    settings.METRICS_TOKEN = TOKEN


def test_it_is_not_there_without_the_switch(client: Client) -> None:
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.usefixtures("switched_on")
def test_a_wrong_token_finds_nothing(client: Client) -> None:
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404


@pytest.mark.usefixtures("switched_on")
def test_runs_are_told_by_state_and_provider(client: Client, ask: Callable[..., Run]) -> None:
    ask("one"), ask("two")
    Run.objects.filter(prompt="one").update(status=RunStatus.SUBMITTING)
    text = scrape(client)
    assert value(text, 'playground_runs{provider="demo",status="queued"}') == 1
    assert value(text, 'playground_runs{provider="demo",status="submitting"}') == 1
    assert value(text, "playground_queue_depth") == 1


@pytest.mark.usefixtures("switched_on")
def test_the_mean_time_of_a_provider_is_told(client: Client, ask: Callable[..., Run]) -> None:
    run = ask("one")
    Run.objects.filter(pk=run.pk).update(inference_ms=1500)
    assert value(scrape(client), 'playground_provider_seconds{provider="demo"}') == 1.5


@pytest.mark.usefixtures("switched_on")
def test_polls_are_counted(client: Client, ask: Callable[..., Run]) -> None:
    run = ask("one")
    before = value(scrape(client), "playground_polls_total")
    client.get(f"/runs/{run.pk}/status/")
    assert value(scrape(client), "playground_polls_total") == before + 1


@pytest.mark.usefixtures("switched_on")
def test_no_prompt_and_no_key_is_told(
    client: Client, ask: Callable[..., Run], settings: SettingsWrapper
) -> None:
    settings.WAVESPEED_API_KEY = "wsk_very_secret"
    ask("private words")
    text = scrape(client)
    assert "private" not in text
    assert "wsk_very_secret" not in text
