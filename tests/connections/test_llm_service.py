"""WaveSpeedAI's chat completions: with the same key, at an address that nobody types."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from playground.catalog.badges import ModelBadges
from playground.catalog.entries import Model
from playground.catalog.offered import provider_of
from playground.connections import keys, model_lists, servers
from playground.connections.models import ListedModel, SavedServer
from playground.connections.registry import server_named
from playground.connections.routing import Choice, provider_for
from playground.providers.base import ErrorKind, ProviderError
from playground.submission import create
from playground.submission.request import RunRequest
from playground.worker import execution
from tests.conftest import GPT, member

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from tests.fakes.wavespeed import FakeWaveSpeed

pytestmark = pytest.mark.django_db
LLM = "wavespeedai-llm"


@pytest.fixture
def service(upstream: FakeWaveSpeed, settings: SettingsWrapper) -> SavedServer:
    settings.WAVESPEED_LLM_URL = f"{upstream.url}/v1"
    row = servers.add_llm_service(None)
    assert row
    return row


def test_one_press_in_settings_sets_it_up(
    client: Client, upstream: FakeWaveSpeed, settings: SettingsWrapper
) -> None:
    settings.WAVESPEED_LLM_URL = f"{upstream.url}/v1"
    assert "LLM service" in client.get("/settings/").content.decode()
    client.post("/settings/servers/llm-service/")
    client.post("/settings/servers/llm-service/")
    assert SavedServer.objects.get().slug == LLM
    assert ">LLM service<" not in client.get("/settings/").content.decode()


def test_without_a_key_it_is_not_offered(client: Client) -> None:
    assert ">LLM service<" not in client.get("/settings/").content.decode()


def test_the_key_goes_to_the_known_address_alone(
    service: SavedServer, upstream: FakeWaveSpeed
) -> None:
    SavedServer.objects.update(url="http://elsewhere.invalid/v1")
    found = server_named(LLM)
    assert (found.key, found.url) == (upstream.key, f"{upstream.url}/v1")


def test_a_members_key_goes_to_no_server_that_took_its_name(
    service: SavedServer, accounts: object
) -> None:
    owner = member("ann")
    keys.keep("wavespeed", owner, "wsk_" + "a" * 40, owner)
    run = create.submit(RunRequest(prompt="Mine?", models=(f"x@{LLM}",)), owner)
    SavedServer.objects.update(kind="openai", url="http://elsewhere.invalid/v1")
    with pytest.raises(ProviderError) as gone:
        provider_for(run)  # type: ignore[arg-type]
    assert gone.value.kind is ErrorKind.SERVER


def test_nobody_changes_its_address(client: Client, service: SavedServer) -> None:
    assert client.get(f"/settings/servers/{LLM}/edit/").status_code == 404


def test_without_the_key_its_runs_fail(service: SavedServer, settings: SettingsWrapper) -> None:
    settings.WAVESPEED_API_KEY = ""
    with pytest.raises(ProviderError) as gone:
        server_named(LLM)
    assert gone.value.kind is ErrorKind.KEY


def test_both_ways_of_a_model_are_compared(service: SavedServer, upstream: FakeWaveSpeed) -> None:
    both = (GPT, f"{GPT}@{LLM}")
    started = create.submit(RunRequest(prompt="Which?", models=both))
    for run in started.cells():  # type: ignore[union-attr]
        execution.execute(run.pk)
    cells = list(started.cells())  # type: ignore[union-attr]
    assert [run.status for run in cells] == ["completed", "completed"]
    assert [run.provider for run in cells] == ["wavespeed", LLM]
    assert {one.model for one in upstream.submissions} == {GPT}


def test_what_its_list_says_is_read_and_what_it_does_not_is_unknown(
    service: SavedServer, upstream: FakeWaveSpeed
) -> None:
    prices = {"prompt": "0.000003", "completion": "0.000015"}
    told = {"id": "anthropic/claude", "has image input": True, "pricing": prices}
    upstream.configure(offered=[told, {"id": "some/model"}])
    assert model_lists.ask(LLM)
    row = ListedModel.objects.get(model_id="anthropic/claude")
    assert (row.vision, row.input_price) == (True, Decimal("0.000003"))
    silent = ModelBadges().of(Model(f"some/model@{LLM}"))
    assert (silent.vision, silent.input_price) == (None, None)


def test_the_picker_says_what_a_token_costs(
    client: Client, service: SavedServer, upstream: FakeWaveSpeed
) -> None:
    prices = {"prompt": "0.000003", "completion": "0.000015"}
    upstream.configure(offered=[{"id": "anthropic/claude", "pricing": prices}])
    model_lists.ask(LLM)
    page = client.get("/").content.decode()
    assert "<legend>WaveSpeedAI LLM</legend>" in page
    assert "US dollars for a million tokens in and out" in page


def test_a_members_own_key_is_used_there_too(service: SavedServer, accounts: object) -> None:
    assert provider_of(f"x@{LLM}", Choice("wavespeed", own_key=True)) == Choice(LLM, own_key=True)
    owner = member("ann")
    keys.keep("wavespeed", owner, "wsk_" + "a" * 40, owner)
    run = create.submit(RunRequest(prompt="Mine?", models=(f"x@{LLM}",)), owner)
    execution.execute(run.pk)
    run.refresh_from_db()
    assert (run.own_key, run.error_kind) == (True, "key")  # type: ignore[union-attr]
