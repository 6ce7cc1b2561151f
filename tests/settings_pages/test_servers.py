"""Servers set up in Settings or found on this machine: used after a yes, for keepers only."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from playground.catalog import offered
from playground.connections import model_lists, servers
from playground.connections.models import FoundServer, ListedModel, SavedServer, StoredKey
from playground.connections.registry import server_named
from playground.connections.registry import servers as all_servers
from playground.providers.endpoint import Server
from playground.providers.openai import discovery
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.worker import execution
from tests.conftest import form, markup, member, signed_in
from tests.fakes.local import OLLAMA, answering, listing
from tests.fakes.wavespeed import FakeWaveSpeed, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db
LAB, KEY = "http://127.0.0.1:9", "lab-key-0123456789"


def fields(**given: str) -> dict[str, str]:
    whole = {"name": "Lab", "url": LAB, "key": KEY, "headers": "X-Team: 3", **given}
    return {f"server-{name}": value for name, value in whole.items()}


class TestSettingUp:
    def test_a_server_is_added_and_its_models_can_be_typed(self, client: Client) -> None:
        assert client.post("/settings/servers/", fields()).status_code == 303
        assert offered.may_run("llava@lab")
        lab = server_named("lab")
        assert (lab.url, lab.key, lab.headers) == (f"{LAB}/v1", KEY, (("X-Team", "3"),))

    def test_a_run_goes_there_with_its_key(self, client: Client) -> None:
        with FakeWaveSpeed() as fake:
            client.post("/settings/servers/", fields(url=fake.url, key=fake.key))
            client.post("/runs/", form(models=["llava:7b@lab"]))
            run = Run.objects.get()
            execution.execute(run.pk)
        run.refresh_from_db()
        assert (run.status, run.provider) == (RunStatus.COMPLETED, "lab")

    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("http://127.0.0.1:11434/", "http://127.0.0.1:11434/v1"),
            ("https://openrouter.ai/api/v1/", "https://openrouter.ai/api/v1"),
            ("https://host/v1/chat/completions", "https://host/v1"),
            ("https://host/v1/models", "https://host/v1"),
            ("https://host/v1beta/openai/", "https://host/v1beta/openai"),
            ("https://host/api/paas/v4", "https://host/api/paas/v4"),
            ("https://host/inference/chat/completions", "https://host/inference"),
        ],
    )
    def test_an_address_is_understood_as_it_was_copied(
        self, client: Client, typed: str, kept: str
    ) -> None:
        client.post("/settings/servers/", fields(url=typed))
        assert SavedServer.objects.get().url == kept
        client.post("/settings/servers/lab/edit/", fields(url=kept))
        assert SavedServer.objects.get().url == kept

    @pytest.mark.parametrize(
        "wrong",
        [
            {"url": "ftp://host"},
            {"url": "http://me:secret@host"},
            {"url": "http://host/?key=1"},
            {"url": "http://[oops"},
            {"url": "http://host:99999"},
            {"name": "Demo"},
            {"name": "…"},
            {"headers": "no colon"},
            {"headers": "Host: other"},
            {"key": "short"},
        ],
    )
    def test_nonsense_is_refused_with_the_filled_form(
        self, client: Client, wrong: dict[str, str]
    ) -> None:
        answer = client.post("/settings/servers/", fields(**wrong))
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()
        assert not SavedServer.objects.exists()

    def test_a_name_is_taken_once(self, client: Client, settings: SettingsWrapper) -> None:
        settings.SERVERS = (Server("lab", LAB),)
        assert client.post("/settings/servers/", fields()).status_code == 422

    def test_what_is_secret_of_it_is_in_no_page_and_no_row(self, client: Client) -> None:
        client.post("/settings/servers/", fields(headers="X-Api-Key: very-hidden"))
        shown = client.get("/settings/").content + client.get("/settings/servers/lab/edit/").content
        held = str(list(SavedServer.objects.values())) + str(list(StoredKey.objects.values()))
        assert not [one for one in (KEY, "very-hidden") if one in shown.decode() + held]

    def test_an_error_that_repeats_a_secret_header_is_scrubbed(self) -> None:
        with FakeWaveSpeed() as fake:
            headers = (("X-Api-Key", "very-hidden"),)
            servers.add("Lab", f"{fake.url}/v1", key=fake.key, headers=headers)
            fake.fault("chat", Fault.answer(400, {"error": {"message": "no very-hidden here"}}))
            run = Run.objects.create(
                form_token="t", form_digest="d", provider="lab", model_id="a@lab", units=0
            )
            execution.execute(run.pk)
        run.refresh_from_db()
        assert run.status == RunStatus.FAILED
        assert "very-hidden" not in str(Run.objects.values().get())


class TestChanging:
    @pytest.fixture(autouse=True)
    def lab(self) -> None:
        servers.add("Lab", f"{LAB}/v1", key=KEY, headers=(("X-Team", "3"),))

    def test_saying_nothing_leaves_key_and_headers(self, client: Client) -> None:
        asked = fields(name="Attic", key="", headers="")
        assert client.post("/settings/servers/lab/edit/", asked).status_code == 303
        lab = server_named("lab")
        assert (lab.name, lab.key, lab.headers) == ("Attic", KEY, (("X-Team", "3"),))

    def test_they_are_removed_where_that_is_asked(self, client: Client) -> None:
        asked = fields(key="", headers="", remove_key="on", remove_headers="on")
        client.post("/settings/servers/lab/edit/", asked)
        assert (server_named("lab").key, server_named("lab").headers) == ("", ())

    def test_a_key_does_not_go_to_another_address_unseen(self, client: Client) -> None:
        asked = fields(url="http://elsewhere.example", key="", headers="")
        answer = client.post("/settings/servers/lab/edit/", asked)
        assert answer.status_code == 422
        assert "Enter the key again" in answer.content.decode()
        assert server_named("lab").url == f"{LAB}/v1"

    def test_a_removed_server_ends_what_waits_in_plain_words(self, client: Client) -> None:
        client.post("/runs/", form(models=["a@lab"]))
        client.post("/settings/servers/lab/remove/")
        run = Run.objects.get()
        execution.execute(run.pk)
        assert "not set up any more" in client.get(run.get_absolute_url()).content.decode()
        assert not StoredKey.objects.exists()

    def test_the_environment_comes_first(self, settings: SettingsWrapper) -> None:
        settings.SERVERS = (Server("lab", "http://127.0.0.1:7/v1"),)
        assert [one.url for one in all_servers()] == ["http://127.0.0.1:7/v1"]
        assert server_named("lab").key == ""


class TestFinding:
    @pytest.fixture
    def ollama(self, settings: SettingsWrapper) -> Iterator[None]:
        with answering(OLLAMA) as port:
            settings.FIND_LOCAL_SERVERS, settings.LOCAL_SERVER_PORTS = True, [port]
            servers.look_around()
            yield

    @pytest.mark.usefixtures("ollama")
    def test_it_is_offered_and_not_used_without_a_yes(self, client: Client) -> None:
        page = markup(client.get("/settings/"))
        assert "Ollama is running here with 1 vision model<" in page
        assert all_servers() == ()

    @pytest.mark.usefixtures("ollama")
    def test_a_yes_puts_its_models_that_see_into_the_picker(self, client: Client) -> None:
        client.post(f"/settings/servers/found/{FoundServer.objects.get().pk}/use/")
        page = client.get("/").content.decode()
        assert 'value="llava:7b@ollama"' in page
        assert "qwen3" not in page
        assert "is running here" not in client.get("/settings/").content.decode()

    @pytest.mark.usefixtures("ollama")
    def test_a_list_that_is_silent_on_vision_keeps_what_is_known(self) -> None:
        servers.use(FoundServer.objects.get(), None)
        model_lists.ask("ollama")
        known = dict(ListedModel.objects.values_list("model_id", "vision"))
        assert known == {"llava:7b": True, "qwen3:8b": False}

    def test_a_server_that_was_set_up_by_hand_says_what_sees_and_reasons(self) -> None:
        thinks = {"/api/show": lambda asked: {"capabilities": ["completion", "thinking"]}}
        with answering(OLLAMA | thinks) as port:
            servers.add("Box", f"http://127.0.0.1:{port}/v1")
            model_lists.refresh()
        told = ListedModel.objects.values_list("vision", "reasoning").distinct()
        assert list(told) == [(False, True)]

    def test_one_that_has_no_models_yet_is_no_fault(self) -> None:
        with answering({"/v1/models": {"object": "list", "data": None}}) as port:
            servers.add("Box", f"http://127.0.0.1:{port}/v1")
            assert model_lists.refresh() == 1

    def test_a_proxy_that_passes_on_v1_alone_is_asked_once_more(self) -> None:
        asked: list[Any] = []
        routes = OLLAMA | {"/api/show": lambda body: asked.append(body)}
        assert self.seen(routes) == ("Ollama", {"llava:7b": None, "qwen3:8b": None})
        assert len(asked) == 1

    @pytest.mark.usefixtures("ollama")
    def test_two_presses_are_one_server(self, client: Client) -> None:
        found = FoundServer.objects.get().pk
        for _ in range(2):
            client.post(f"/settings/servers/found/{found}/use/")
        assert SavedServer.objects.count() == 1

    def test_what_left_is_offered_no_more(self, settings: SettingsWrapper) -> None:
        FoundServer.objects.create(name="Ollama", url="http://127.0.0.1:9/v1", listed=[])
        settings.FIND_LOCAL_SERVERS, settings.LOCAL_SERVER_PORTS = True, [9]
        servers.look_around()
        assert not FoundServer.objects.exists()

    def test_nobody_looks_where_that_is_switched_off(self) -> None:
        assert servers.look_around() == 0

    def test_the_playground_does_not_ask_itself(
        self, settings: SettingsWrapper, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[int] = []
        monkeypatch.setattr(discovery, "look", asked.append)
        settings.FIND_LOCAL_SERVERS, settings.PORT = True, 8000
        servers.look_around()
        assert asked == [11434, 1234, 8080]

    def test_lm_studio_and_llama_cpp_say_what_sees(self) -> None:
        studio = {
            "/v1/models": listing("organization_owner", "gemma", "phi"),
            "/api/v0/models": {
                "data": [{"id": "gemma", "type": "vlm"}, {"id": "phi", "type": "llm"}]
            },
        }
        llama = {
            "/v1/models": listing("llamacpp", "qwen-vl"),
            "/props": {"modalities": {"vision": True}},
        }
        assert self.seen(studio) == ("LM Studio", {"gemma": True, "phi": False})
        assert self.seen(llama) == ("llama.cpp", {"qwen-vl": True})

    def test_litellm_says_what_sees_and_what_tokens_cost(self) -> None:
        listed = {"data": [{"id": "vis", "owned_by": "openai", "created": 1677610602}]}
        info = {
            "supports_vision": True,
            "input_cost_per_token": 2e-06,
            "output_cost_per_token": "x",
        }
        routes = {
            "/v1/models": listed,
            "/model/info": {"data": [None, {"model_name": "vis", "model_info": info}]},
        }
        with answering(routes) as port:
            found = discovery.look(port)
        assert found
        assert found.name == "LiteLLM"
        (model,) = found.models
        assert (model.vision, model.input_price, model.output_price) == (
            True,
            Decimal("0.000002"),
            None,
        )

    @pytest.mark.parametrize("answer", [{"hello": 1}, {"data": 3}, [["data"]], {"data": [None, 3]}])
    def test_something_else_at_the_port_is_no_fault(self, answer: Any) -> None:
        with answering({"/v1/models": answer}) as port:
            found = discovery.look(port)
        assert found is None or found.models == ()

    @staticmethod
    def seen(routes: dict[str, Any]) -> tuple[str, dict[str, bool | None]]:
        with answering(routes) as port:
            found = discovery.look(port)
        assert found
        return found.name, {one.id: one.vision for one in found.models}


class TestAsking:
    """A server that was set up or changed is asked at once, and Settings say how that went."""

    @pytest.fixture(autouse=True)
    def at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("playground.settings_pages.servers.dispatch_ask", model_lists.ask)

    def test_its_models_are_there_at_once(self, client: Client) -> None:
        with answering(OLLAMA) as port:
            posted = fields(url=f"http://127.0.0.1:{port}", key="", headers="")
            page = markup(client.post("/settings/servers/", posted, follow=True))
        assert "2 models listed, 1 with vision" in page
        assert 'value="llava:7b@lab"' in markup(client.get("/"))

    @pytest.mark.parametrize(
        ("fault", "words"),
        [
            (Fault.answer(401), "It does not let this playground in: fault 401. Set its key."),
            (Fault.answer(400), "It refuses to list its models: fault 400. See whether its key"),
            (Fault.html(404), "no list of models at this address: HTTP 404 with a web page."),
            (Fault.answer(200, "<html>Hi"), "no list of models at this address"),
            (Fault.answer(500), "It gave no list of models: fault 500."),
        ],
    )
    def test_a_wrong_address_or_key_is_told(self, client: Client, fault: Fault, words: str) -> None:
        with FakeWaveSpeed() as fake:
            fake.fault("models", fault)
            posted = fields(url=fake.url, key=fake.key)
            assert words in client.post("/settings/servers/", posted, follow=True).content.decode()

    def test_what_was_wrong_is_forgotten_with_the_change(self, client: Client) -> None:
        posted = fields(key="", headers="")
        page = client.post("/settings/servers/", posted, follow=True).content.decode()
        assert "the connection was refused. See that it runs" in page
        with answering(OLLAMA) as port:
            posted["server-url"] = f"http://127.0.0.1:{port}"
            answer = client.post("/settings/servers/lab/edit/", posted, follow=True)
        assert "See that it runs" not in answer.content.decode()


class TestLooking:
    def test_the_button_has_a_worker_look_and_the_page_looks_again(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[bool] = []
        monkeypatch.setattr(
            "playground.settings_pages.servers.dispatch_search", lambda: asked.append(True)
        )
        page = client.post("/settings/servers/look/", follow=True).content.decode()
        assert asked == [True]
        assert 'hx-get="/settings/servers/found/?looking=7"' in page

    @pytest.mark.parametrize("count", ["0", "99", "x", "", "٣"])
    def test_it_stops_looking(self, client: Client, count: str) -> None:
        page = client.get("/settings/servers/found/", {"looking": count}).content.decode()
        assert "hx-get" not in page


@pytest.mark.usefixtures("accounts")
def test_members_see_no_servers_in_settings(ask: Callable[..., Run]) -> None:
    servers.add("Lab", f"{LAB}/v1")
    page = signed_in(member()).get("/settings/").content.decode()
    assert LAB not in page
    assert "Add a server" not in page
