"""docs/providers.md, followed: one module and one entry, and a run goes the whole way."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache

from playground.catalog import daily_stats
from playground.catalog.models import ModelDay
from playground.config import environment
from playground.connections import model_lists
from playground.connections.models import ListedModel, SavedServer
from playground.providers.kinds import KINDS, Kind
from playground.runs.models.run import Run
from playground.spending import prices
from playground.worker import execution
from tests.conftest import FLASH, form, upload
from tests.fakes.wavespeed import FakeWaveSpeed, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

pytestmark = pytest.mark.django_db
SEER = "seer-1@delphi"


@pytest.fixture
def delphi(client: Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeWaveSpeed]:
    """The new kind has its one entry; a server of it is set up in Settings, and was asked."""
    monkeypatch.setitem(KINDS, "oracle", Kind("The oracle", "tests.providers.oracle:Oracle"))
    with FakeWaveSpeed() as fake:
        fields = {"name": "Delphi", "kind": "oracle", "url": f"{fake.url}/oracle", "key": fake.key}
        given = {f"server-{name}": value for name, value in fields.items()}
        assert client.post("/settings/servers/", given).status_code == 303
        cache.clear()
        model_lists.refresh()
        prices.refresh_quotes()
        yield fake


def carried(client: Client, **fields: object) -> Run:
    assert client.post("/runs/", form(models=[SEER], **fields)).status_code == 303
    run = Run.objects.get()
    execution.execute(run.pk)
    run.refresh_from_db()
    return run


def test_settings_ask_what_a_server_speaks_once_there_are_two_kinds(
    client: Client, delphi: FakeWaveSpeed
) -> None:
    page = client.get("/settings/").content.decode()
    assert '<option value="oracle">The oracle</option>' in page
    assert SavedServer.objects.get().url == f"{delphi.url}/oracle"


def test_with_one_kind_settings_do_not_ask(client: Client) -> None:
    assert "server-kind" not in client.get("/settings/").content.decode()


def test_its_models_are_listed_and_quoted(client: Client, delphi: FakeWaveSpeed) -> None:
    assert sorted(one.model_id for one in ListedModel.objects.all()) == ["seer-1", "seer-mini"]
    assert f'value="{SEER}"' in client.get("/").content.decode()
    assert prices.price_of("delphi", SEER) == Decimal("0.02")


def test_a_run_goes_the_whole_way(client: Client, delphi: FakeWaveSpeed) -> None:
    run = carried(client, images=[upload()])
    assert (run.status, run.provider, run.tokens_out) == ("completed", "delphi", 34)
    assert (run.price, run.charged) == (Decimal("0.02"), Decimal("0.007"))
    assert len(delphi.submissions[0].body["pictures"]) == 1
    page = client.get(run.get_absolute_url()).content.decode()
    assert run.output_html in page
    assert "$0.007" in page


def test_what_it_lists_is_counted_and_found_by_its_name(
    client: Client, delphi: FakeWaveSpeed
) -> None:
    carried(client)
    daily_stats.count_all()
    assert ModelDay.objects.get().provider == "delphi"
    assert "seer-1" in client.get("/models/").content.decode()
    assert "seer-1" in client.get("/runs/?provider=delphi").content.decode()


def test_what_a_model_does_not_take_is_refused_as_it_says(
    client: Client, delphi: FakeWaveSpeed
) -> None:
    page = client.post("/runs/", form(models=[SEER], temperature="0.5"))
    assert page.status_code == 422
    assert "seer-1 takes no temperature" in page.content.decode()


def test_an_unknown_outcome_is_not_sent_again(client: Client, delphi: FakeWaveSpeed) -> None:
    delphi.fault("oracle", Fault.answer(502, accepted=True))
    assert carried(client).status == "unknown"
    assert len(delphi.submissions) == 1


def test_the_environment_sets_one_up_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, "oracle", Kind("The oracle", "tests.providers.oracle:Oracle"))
    given = {
        "SERVERS": "delphi",
        "SERVER_DELPHI_URL": "https://o.example",
        "SERVER_DELPHI_KIND": "oracle",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    (server,) = environment.servers()
    assert (server.kind, server.url) == ("oracle", "https://o.example")


def test_a_kind_that_this_version_does_not_know_fails_in_words(
    client: Client, delphi: FakeWaveSpeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(KINDS, "oracle")
    run = carried(client)
    assert (run.status, run.error_kind) == ("failed", "server")
    page = client.get(run.get_absolute_url()).content.decode()
    assert "This version cannot speak to servers of this kind. (oracle)" in page
    assert client.get("/settings/").status_code == client.get("/").status_code == 200


def test_others_stay_as_they_are(client: Client, delphi: FakeWaveSpeed) -> None:
    client.post("/runs/", form(models=[FLASH]))
    assert Run.objects.get().provider == "demo"
