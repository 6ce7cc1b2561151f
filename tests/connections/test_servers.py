"""Models of servers that speak chat completions: chosen, carried, growing, priced and lost."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from huey.contrib.djhuey import HUEY

from playground import tasks
from playground.catalog import offered as offers
from playground.config import environment
from playground.connections import model_lists
from playground.connections.models import ListedModel
from playground.images import store
from playground.providers.abort import Abort
from playground.providers.base import OfferedModel, Prediction, PredictionStatus
from playground.providers.endpoint import Server
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.submission.request import AttachedImage, Options
from playground.worker import execution, streaming
from tests.conftest import markup, png
from tests.fakes.wavespeed import FakeWaveSpeed, Fault
from tests.imaging import makers
from tests.patience import PATIENCE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db
LLAVA = "llava:7b@local"


@pytest.fixture
def carried(carried: Callable[..., Run]) -> Callable[..., Run]:
    return lambda **fields: carried(model=LLAVA, **fields)


def test_an_answer_is_stored_with_what_it_took(
    local_server: FakeWaveSpeed, carried: Callable[..., Run]
) -> None:
    run = carried(options=Options(temperature=0.2))
    assert (run.status, run.provider) == (RunStatus.COMPLETED, "local")
    assert (run.tokens_in, run.tokens_out, f"{run.charged:.5f}") == (12, 34, "0.00125")
    assert local_server.submissions[0].body["model"] == "llava:7b"


def test_the_picture_is_sent_and_the_row_keeps_its_hash(
    local_server: FakeWaveSpeed, carried: Callable[..., Run]
) -> None:
    run = carried(images=(AttachedImage(image=store.store(png())),))
    sent = local_server.submissions[0].body["messages"][0]["content"][1]["image_url"]["url"]
    assert sent.startswith("data:image/png;base64,")
    kept = run.request["messages"][0]["content"][1]["image_url"]["url"]
    assert kept == f"sha256:{run.images.get().sent_sha256}"


def ended(run: Run, *outputs: str, **fields: Any) -> Run:
    Run.objects.filter(pk=run.pk).update(status=RunStatus.PROCESSING)
    run.refresh_from_db()
    streaming.finish(run, Prediction("x", PredictionStatus.COMPLETED, outputs, **fields))
    return run


@pytest.mark.parametrize(
    "reason", ["length", "content_filter", "MAX_TOKENS", "max_tokens", "model_length", "SAFETY"]
)
def test_a_limit_that_was_reached_is_no_guess(ask: Callable[..., Run], reason: str) -> None:
    assert ended(ask(), "Half a", finish_reason=reason).answer_state == "cut_off"


def test_a_refusal_in_the_models_own_field_is_no_guess(ask: Callable[..., Run]) -> None:
    assert ended(ask(), "Nein.", finish_reason="stop", refused=True).answer_state == "refused"


@pytest.mark.parametrize("reason", ["length", "MAX_TOKENS"])
def test_an_answer_that_was_all_reasoning_says_so(
    ask: Callable[..., Run], client: Client, reason: str
) -> None:
    run = ended(ask(), "", reasoning="Hm.", finish_reason=reason)
    page = markup(client.get(run.get_absolute_url()))
    assert "reached the limit of its length while it was reasoning. Set higher max tokens" in page


def test_what_arrived_before_a_break_is_kept_and_shown(
    local_server: FakeWaveSpeed, carried: Callable[..., Run], client: Client
) -> None:
    local_server.configure(answer={"llava:7b": "one two three four five six <b>seven</b>"})
    local_server.fault("chat", Fault.truncated())
    run = carried()
    assert (run.status, run.error_kind) == (RunStatus.FAILED, "broken_off")
    page = client.get(run.get_absolute_url()).content.decode()
    assert "one two three" in page
    assert "The answer broke off" in page


def test_a_refused_submission_may_be_sent_again_and_an_unknown_one_is_not(
    local_server: FakeWaveSpeed, carried: Callable[..., Run]
) -> None:
    local_server.fault("chat", Fault.reset(accepted=True))
    assert carried().status == RunStatus.UNKNOWN
    local_server.fault("chat", Fault.answer(401))
    assert carried().error_kind == "key"
    assert len(local_server.submissions) == 1


NEWER = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
STRICT = {"detail": [{"loc": ["body", "stream_options"], "msg": "Extra inputs are not permitted"}]}


def test_a_field_that_nobody_chose_is_left_out_where_it_is_refused(
    local_server: FakeWaveSpeed, carried: Callable[..., Run]
) -> None:
    local_server.fault("chat", Fault.answer(400, {"error": {"message": NEWER}}))
    local_server.fault("chat", Fault.answer(422, STRICT))
    run = carried(options=Options(max_tokens=50))
    assert run.status == RunStatus.COMPLETED
    (sent,) = local_server.submissions  # the refused ones were none
    assert sent.body["max_completion_tokens"] == run.request["max_completion_tokens"] == 50
    assert not {"max_tokens", "stream_options"} & set(sent.body)
    local_server.fault("chat", Fault.answer(422, STRICT))
    assert carried().error_kind == "invalid"  # it was not there any more


def test_a_webp_is_sent_as_png_where_it_was_refused_and_the_run_says_so(
    local_server: FakeWaveSpeed, carried: Callable[..., Run]
) -> None:
    webp = makers.saved(makers.photo(), "WEBP", lossless=True)
    local_server.fault("chat", Fault.answer(400, {"error": {"message": "Failed to load image"}}))
    run = carried(images=(AttachedImage(image=store.store(webp)),))
    sent = local_server.submissions[0].body["messages"][0]["content"][1]["image_url"]["url"]
    assert (run.status, sent.partition(",")[0]) == (RunStatus.COMPLETED, "data:image/png;base64")
    assert "sent as PNG 96×64" in run.images.get().sent_note
    assert "since the server reads PNG and JPEG only" in run.images.get().sent_note


def test_a_server_that_may_not_stream_answers_whole(
    local_server: FakeWaveSpeed, carried: Callable[..., Run]
) -> None:
    words = "Your organization must be verified to stream this model."
    local_server.fault("chat", Fault.answer(400, {"error": {"message": words, "param": "stream"}}))
    run = carried()
    assert (run.status, run.attempts) == (RunStatus.COMPLETED, 1)
    assert (run.request["stream"], carried().attempts) == (False, 0)


def test_an_empty_account_is_said_at_once(
    local_server: FakeWaveSpeed, carried: Callable[..., Run]
) -> None:
    error = {"message": "You exceeded your current quota.", "type": "insufficient_quota"}
    local_server.fault("chat", Fault.answer(429, {"error": error}))
    run = carried()
    assert (run.status, run.error_kind, run.attempts) == (RunStatus.FAILED, "credit", 0)


def test_a_field_that_somebody_chose_is_not_left_out(
    local_server: FakeWaveSpeed, carried: Callable[..., Run]
) -> None:
    local_server.fault(
        "chat", Fault.answer(400, {"error": {"message": "temperature is unsupported"}})
    )
    run = carried(options=Options(temperature=0.5))
    assert (run.error_kind, local_server.submissions) == ("invalid", [])


def test_a_growing_answer_is_on_the_page_as_text(ask: Callable[..., Run], client: Client) -> None:
    run = ask()
    Run.objects.filter(pk=run.pk).update(status=RunStatus.PROCESSING)
    run.refresh_from_db()
    run.progress("So far <script>alert(1)</script>", "Hm.")
    page = client.get(f"/runs/{run.pk}/status/").content.decode()
    assert "So far &lt;script&gt;" in page
    assert "Hm." in page


def test_a_long_answer_is_written_at_most_four_times_a_second(
    ask: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    now, writes = [0.0], []
    monkeypatch.setattr(streaming.time, "monotonic", lambda: now[0])
    run = ask()
    run.progress = lambda text, thoughts: writes.append(now[0])  # type: ignore[method-assign]
    words = " ".join(["word"] * 4000)

    def states() -> Iterator[Prediction]:
        for count in range(0, len(words), 50):
            now[0] += 0.01
            yield Prediction("x", PredictionStatus.RUNNING, (words[:count],))

    streaming._written(run, states())
    assert writes
    assert len(writes) <= 4 * now[0]


@pytest.mark.django_db(transaction=True)
def test_a_real_stream_of_4000_words_is_seldom_written(
    local_server: FakeWaveSpeed, ask: Callable[..., Run]
) -> None:
    local_server.configure(answer={"llava:7b": " ".join(["word"] * 4000)}, delay=1.5)
    run, started = ask(model=LLAVA), time.monotonic()
    with CaptureQueriesContext(connection) as queries:
        execution.execute(run.pk)
    seconds = time.monotonic() - started
    growing = [one for one in queries if '"partial" = \'word' in one["sql"]]
    assert len(growing) <= 4 * seconds
    assert len(Run.objects.get(pk=run.pk).output.split()) == 4000


@pytest.mark.django_db(transaction=True)
def test_cancelling_closes_the_stream(
    local_server: FakeWaveSpeed, ask: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "CANCEL_CHECK_SECONDS", 0.05)
    local_server.configure(delay=60)
    run = ask(model=LLAVA)
    worker = threading.Thread(target=lambda: (execution.execute(run.pk), connection.close()))
    worker.start()
    while not Run.objects.filter(pk=run.pk, status=RunStatus.PROCESSING).exists():
        worker.join(0.02)
    run.refresh_from_db()
    run.cancel()
    worker.join(PATIENCE_SECONDS)
    assert not worker.is_alive()
    assert Run.objects.get(pk=run.pk).status == RunStatus.CANCELLED


def test_a_stopped_answer_cannot_be_asked_for_again(
    local_server: FakeWaveSpeed, ask: Callable[..., Run], client: Client
) -> None:
    run = ask(model=LLAVA)
    Run.objects.filter(pk=run.pk).update(status=RunStatus.PROCESSING, prediction_id="a" * 32)
    assert ">Stop<" in markup(client.get(run.get_absolute_url()))
    client.post(f"/runs/{run.pk}/cancel/")
    client.post(f"/runs/{run.pk}/check/")
    page = markup(client.get(run.get_absolute_url()))
    assert "The connection to the server was closed." in page
    assert "Check again" not in page
    run.refresh_from_db()
    assert run.status == RunStatus.CANCELLED


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault.answer(401), "The server does not let this playground in"),
        (Fault.answer(404), "The server does not have this model"),
        (Fault.answer(200, {"error": "out of memory"}), "It may have been billed."),
        (Fault.answer(500), "Read what the server says, here or in its log"),
    ],
)
def test_what_went_wrong_is_said_of_the_server(
    local_server: FakeWaveSpeed,
    carried: Callable[..., Run],
    client: Client,
    fault: Fault,
    words: str,
) -> None:
    local_server.fault("chat", fault)
    page = client.get(carried().get_absolute_url()).content.decode()
    assert words in page
    assert "refunds" not in page


def test_a_run_whose_worker_died_while_listening_ends_and_says_so(
    local_server: FakeWaveSpeed, ask: Callable[..., Run]
) -> None:
    run = ask(model=LLAVA)
    past = timezone.now() - timedelta(minutes=1)
    Run.objects.filter(pk=run.pk).update(
        status=RunStatus.PROCESSING, lease_until=past, poll_until=past, partial="Half"
    )
    execution.execute(run.pk)
    run.refresh_from_db()
    assert (run.status, run.error_kind, run.partial) == (RunStatus.FAILED, "broken_off", "Half")
    assert local_server.submissions == []


class TestOffers:
    def test_listed_models_are_in_the_picker_without_those_that_see_nothing(
        self, local_server: FakeWaveSpeed, client: Client
    ) -> None:
        blind = {"id": "text-only", "architecture": {"input_modalities": ["text"]}}
        local_server.configure(offered=[{"id": "llava:7b"}, blind])
        model_lists.refresh()
        page = client.get("/").content.decode()
        assert 'value="llava:7b@local"' in page
        assert "text-only" not in page

    def test_more_models_than_the_picker_holds_are_told_with_how_to_find_them(
        self, client: Client, local_server: FakeWaveSpeed
    ) -> None:
        ListedModel.objects.bulk_create(
            ListedModel(provider="local", model_id=f"m{n:04}") for n in range(5000)
        )
        page = " ".join(client.get("/").content.decode().split())
        assert page.count('value="m0') == 200
        assert "Local lists 4800 more models than stand here. Type the id of one below" in page

    def test_a_model_that_left_the_list_is_gone_and_comes_back(
        self, local_server: FakeWaveSpeed
    ) -> None:
        model_lists.refresh()
        ListedModel.objects.update(seen_at=timezone.now() - timedelta(hours=1))
        local_server.configure(offered=[{"id": "other"}])
        model_lists.refresh()
        offered = ListedModel.objects.offered_by("local")
        assert [one.model_id for one in offered] == ["other"]

    def test_a_server_that_does_not_answer_changes_nothing(
        self, local_server: FakeWaveSpeed
    ) -> None:
        local_server.fault("models", Fault.answer(500))
        assert model_lists.refresh() == 0

    def test_a_list_that_is_another_each_time_leaves_few_rows(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(model_lists, "MAX_GONE", 3)
        for turn in range(4):
            model_lists.keep("local", [OfferedModel(f"{turn}-{n}") for n in range(2)])
        gone = ListedModel.objects.filter(gone_at__isnull=False).order_by("-gone_at", "model_id")
        assert [one.model_id for one in gone] == ["2-0", "2-1", "1-0"]

    @pytest.mark.usefixtures("local_server")
    def test_each_server_is_asked_in_a_task_of_its_own(self, settings: SettingsWrapper) -> None:
        settings.SERVERS = (*settings.SERVERS, Server("slow", "http://127.0.0.1:9/v1"))
        HUEY.flush()
        tasks.list_models.call_local()
        assert sorted(task.args[0] for task in HUEY.pending()) == ["local", "slow"]
        HUEY.flush()

    @pytest.mark.usefixtures("local_server")
    def test_any_id_of_a_known_server_may_be_typed_and_no_other(self) -> None:
        assert offers.may_run("never/heard-of@local")
        assert not offers.may_run("never/heard-of@elsewhere")
        assert not offers.may_run("@local")
        assert not offers.may_run("x" * 300 + "@local")

        assert not any(offers.may_run(f"a{one}b@local") for one in ("\x00", "\n", "\u2028"))

    @pytest.mark.usefixtures("local_server")
    def test_the_press_runs_at_the_server_and_says_no_false_price(self, client: Client) -> None:
        fields = {"prompt": "Why?", "models": [LLAVA, ""], "priority": "latency"}
        assert client.post("/runs/", fields).status_code == 303
        assert Run.objects.get().provider == "local"
        bar = client.get("/selection/", {"models": LLAVA}).content.decode()
        assert "price not known" in bar
        assert "costs nothing" not in bar


class TestSettings:
    def test_servers_come_from_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SERVERS", "local")
        monkeypatch.setenv("SERVER_LOCAL_URL", "http://127.0.0.1:11434")
        monkeypatch.setenv("SERVER_LOCAL_HEADERS", "X-Title: Lab; X-Team: 3")
        (server,) = environment.servers()
        assert server.url == "http://127.0.0.1:11434/v1"
        assert server.headers == (("X-Title", "Lab"), ("X-Team", "3"))

    @pytest.mark.parametrize(
        ("servers", "url"),
        [("demo", "http://x"), ("A b", "http://x"), ("a,a", "http://x"), ("a", "")],
    )
    def test_nonsense_is_refused(
        self, monkeypatch: pytest.MonkeyPatch, servers: str, url: str
    ) -> None:
        monkeypatch.setenv("SERVERS", servers)
        monkeypatch.setenv("SERVER_A_URL", url)
        with pytest.raises(ImproperlyConfigured):
            environment.servers()

    def test_the_key_is_not_in_what_python_shows_of_a_server(self) -> None:
        assert "secret" not in repr(Server("a", "http://x/v1", key="secret-key"))


def test_an_abort_before_the_call_ends_it_at_once() -> None:
    abort, closed = Abort(), []
    abort()
    abort.arm(lambda: closed.append(True))
    assert closed
