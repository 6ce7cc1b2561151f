"""Nothing that was paid for is dropped: what came is kept byte for byte, and shown to its owner."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING

import pytest

from playground.runs.models.received import ReceivedAnswer
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.sharing.models import Share
from playground.submission import create
from playground.submission.request import RunRequest
from playground.worker import execution
from tests.fakes.wavespeed import FakeWaveSpeed, Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

pytestmark = pytest.mark.django_db
LLAVA = "llava:7b@local"
STREAM = {"Content-Type": "text/event-stream"}
CITED = {
    "choices": [{"delta": {"content": "See [1]."}, "finish_reason": "stop"}],
    "citations": ["https://a.example/1"],
}
WORDS = f": hello\r\ndata: {json.dumps(CITED)}\r\n\r\ndata: [DONE]\r\n\r\n"


@pytest.fixture
def answered(
    local_server: FakeWaveSpeed, carried: Callable[..., Run]
) -> Callable[[bytes | str], Run]:
    def answer(words: bytes | str, headers: dict[str, str] = STREAM) -> Run:
        local_server.fault("chat", Fault.answer(200, words, headers=headers))
        return carried(model=LLAVA)

    return answer


def test_a_stream_is_kept_as_its_events_came(answered: Callable[..., Run], client: Client) -> None:
    run = answered(WORDS)
    told = run_json(client, run)
    assert (run.output, told["received"]["text"]) == ("See [1].", WORDS)
    assert (told["received"]["bytes"], told["received"]["base64"]) == (len(WORDS), None)
    page = client.get(run.get_absolute_url()).content.decode()
    assert ": hello\r\ndata: {" in page


def link_to(run: Run) -> str:
    return Share.objects.create(run=run, form_token=str(run.pk)).get_absolute_url()


def run_json(client: Client, run: Run) -> dict[str, object]:
    answer = client.get(run.get_absolute_url(), headers={"Accept": "application/json"})
    return dict(answer.json())


def test_what_no_text_was_found_in_is_kept_and_the_run_says_that_it_may_have_been_billed(
    answered: Callable[..., Run], client: Client
) -> None:
    words = '{"strange": {"shape":  1}}'
    run = answered(words, {})
    assert (run.status, run.received.body.decode()) == (RunStatus.UNKNOWN, words)
    assert (
        "strange&quot;: {&quot;shape&quot;:  1}}"
        in client.get(run.get_absolute_url()).content.decode()
    )


def test_a_stream_without_a_text_says_where_it_is_kept(
    answered: Callable[..., Run], client: Client
) -> None:
    run = answered('data: {"strange": 1}\n\ndata: [DONE]\n\n')
    page = client.get(run.get_absolute_url()).content.decode()
    assert (run.status, run.output) == (RunStatus.COMPLETED, "")
    assert "It is kept as it came, under JSON." in page
    assert "data: {&quot;strange&quot;: 1}" in page


def test_an_answer_of_wavespeed_is_kept_as_it_came(
    upstream: FakeWaveSpeed, carried: Callable[..., Run]
) -> None:
    run = carried()
    assert json.loads(run.received.body)["data"]["outputs"] == [run.output]


def test_a_refusal_is_kept_as_it_came(
    local_server: FakeWaveSpeed, carried: Callable[..., Run]
) -> None:
    local_server.fault("chat", Fault.answer(400, '{"error":  "no"}'))
    assert carried(model=LLAVA).received.body == b'{"error":  "no"}'


def test_bytes_that_are_no_text_are_in_the_json_too(
    answered: Callable[..., Run], client: Client
) -> None:
    run = answered(WORDS.encode() + b": \xff\n\n")
    received = run_json(client, run)["received"]
    assert isinstance(received, dict)
    assert (received["text"], received["base64"][:4]) == (None, "OiBo")


def test_more_than_is_kept_is_said(
    answered: Callable[..., Run], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playground.providers.transport.streams.MAX_RECEIVED_BYTES", 20)
    run = answered(WORDS)
    page = client.get(run.get_absolute_url()).content.decode()
    assert f"The first 20 of {len(WORDS)} bytes were kept." in page
    assert run.received.body.decode() == WORDS[:20]


def test_a_link_does_not_show_it(answered: Callable[..., Run], client: Client) -> None:
    link = link_to(answered(WORDS))
    told = client.get(link, headers={"Accept": "application/json"}).json()
    assert told["received"] is None
    assert ": hello" not in client.get(link).content.decode()


def test_sources_are_shown_wherever_the_answer_is(
    answered: Callable[..., Run], client: Client
) -> None:
    run = answered(WORDS)
    for address in (run.get_absolute_url(), link_to(run)):
        assert 'href="https://a.example/1"' in client.get(address).content.decode()
        told = client.get(address, headers={"Accept": "application/json"}).json()
        assert told["citations"] == [{"url": "https://a.example/1", "title": None}]
        note = client.get(address, headers={"Accept": "text/markdown"}).content.decode()
        assert "1. <https://a.example/1>" in note


def test_a_file_names_the_sources_too(answered: Callable[..., Run], client: Client) -> None:
    page = answered(WORDS).get_absolute_url().rstrip("/")
    written = b"".join(client.get(f"{page}.html").streaming_content).decode()
    assert 'href="https://a.example/1"' in written


def test_sources_do_not_tell_blind_answers_apart(
    local_server: FakeWaveSpeed, client: Client
) -> None:
    comparison = create.submit(RunRequest(prompt="?", models=(LLAVA, "b@local"), blind=True))
    for run in comparison.cells():
        local_server.fault("chat", Fault.answer(200, WORDS, headers=STREAM))
        execution.execute(run.pk)
    page = client.get(comparison.get_absolute_url()).content.decode()
    assert "See [1]." in page
    assert "a.example" not in page


def test_a_comparison_holds_what_fits_and_says_what_does_not(
    local_server: FakeWaveSpeed, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    comparison = create.submit(RunRequest(prompt="?", models=(LLAVA, "b@local")))
    for run in comparison.cells():
        local_server.fault("chat", Fault.answer(200, WORDS, headers=STREAM))
        execution.execute(run.pk)
    monkeypatch.setattr("playground.exports.redaction.received.MAX_TOGETHER_BYTES", len(WORDS))
    told = client.get(comparison.get_absolute_url(), headers={"Accept": "application/json"})
    assert [cell["received"]["text"] for cell in told.json()["cells"]] == [WORDS, None]


def test_a_stream_that_broke_off_is_kept_as_far_as_it_came(answered: Callable[..., Run]) -> None:
    run = answered(WORDS.replace(': "stop"', ": null").partition("data: [DONE]")[0])
    assert (run.status, run.partial) == (RunStatus.FAILED, "See [1].")
    assert run.received.body.startswith(b": hello\r\ndata: {")


def test_files_hold_it_byte_for_byte(answered: Callable[..., Run], client: Client) -> None:
    page = answered(WORDS.encode() + b": \xff").get_absolute_url()
    kept = Run.objects.get().received.body
    packed = b"".join(client.get(f"{page.rstrip('/')}.zip").streaming_content)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        (name,) = (one for one in archive.namelist() if "/received/" in one)
        assert archive.read(name) == kept
    written = b"".join(client.get(f"{page.rstrip('/')}.html").streaming_content).decode()
    assert "The answer as it came" in written
    assert r": \xff" in written


def test_it_goes_with_its_run(answered: Callable[..., Run]) -> None:
    answered(WORDS).delete()
    assert not ReceivedAnswer.objects.exists()
