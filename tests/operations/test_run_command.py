"""`manage.py run`: what it starts, prints and ends with."""

from __future__ import annotations

import errno
import json
import re
from io import BytesIO, StringIO, TextIOWrapper
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command

from playground.operations.terminal import harmless, harmless_json
from playground.runs.models.run import Run
from playground.worker.models import Worker
from tests.conftest import FLASH, GPT, member, png
from tests.exports.schemas import validator
from tests.fakes.wavespeed.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.fakes.wavespeed import FakeWaveSpeed

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[int, str, str]:
    """Return what it ends with, its output, and what it says beside it."""
    out, said = StringIO(), StringIO()
    try:
        call_command("run", *arguments, stdout=out, stderr=said)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue(), said.getvalue()
    return 0, out.getvalue(), said.getvalue()


def refused(*arguments: str) -> str:
    with pytest.raises(CommandError) as refusal:
        run(*arguments)
    assert refusal.value.returncode == 2
    assert not Run.objects.exists()
    return str(refusal.value)


def test_it_prints_the_answer(upstream: FakeWaveSpeed) -> None:
    code, out, said = run("What is this?", "--model", FLASH, "--carry")
    one = Run.objects.get()
    assert (code, out) == (0, f"{one.output}\n")
    assert said == f"Started /runs/{one.pk}/\n"


def test_a_terminal_without_unicode_gets_question_marks(upstream: FakeWaveSpeed) -> None:
    upstream.configure(answer={FLASH: "429 ☃ SEK"})
    written = BytesIO()
    terminal = TextIOWrapper(written, "ascii")
    call_command("run", "x", "--model", FLASH, "--carry", stdout=terminal)
    assert written.getvalue() == b"429 ? SEK\n"


class Gone(StringIO):
    """An output whose reader has left."""

    def write(self, text: str) -> int:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")


def test_an_output_that_is_gone_leaves_the_code_to_the_run(
    upstream: FakeWaveSpeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout", None)  # as where a shell closed it
    said = StringIO()
    for out in ({"stdout": Gone()}, {}):
        call_command("run", "x", "--model", FLASH, "--carry", stderr=said, **out)
    reasons = re.findall(r"could not be written: (.*?)\. It is kept at /runs/", said.getvalue())
    assert reasons == ["Broken pipe", "the output is closed"]


def test_words_beside_that_nobody_can_hear_change_no_code(
    upstream: FakeWaveSpeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr", None)  # as where a shell closed it
    upstream.configure(answer={FLASH: "429 SEK"})
    for beside in ({"stderr": Gone()}, {}):
        out = StringIO()
        call_command("run", "x", "--model", FLASH, "--carry", stdout=out, **beside)
        assert out.getvalue() == "429 SEK\n"


def test_a_closed_standard_input_is_no_prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert "Write a prompt" in refused("-", "--carry")


@pytest.mark.parametrize("arguments", [["W\udcff"], ["Why?", "--system", "\udcff"]])
def test_what_was_typed_in_another_encoding_is_refused(arguments: list[str]) -> None:
    assert "not UTF-8" in refused(*arguments, "--carry")


def test_a_model_that_is_named_twice_is_refused() -> None:
    assert "twice" in refused("x", "--model", FLASH, "--model", f"{FLASH} ", "--carry")


@pytest.mark.parametrize("seconds", ["nan", "-1", "inf", "soon"])
def test_a_wait_that_is_no_time_is_refused(seconds: str) -> None:
    with pytest.raises(CommandError, match="--wait"):
        call_command("run", "x", f"--wait={seconds}")
    assert not Run.objects.exists()


def test_it_hands_on_what_was_typed(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png())
    options = ["--system", "Be brief", "--temperature", "0.5", "--max-tokens", "20", "--reasoning"]
    run("Why?", "--image", str(tmp_path / "a.png"), *options, "--carry")
    one = Run.objects.get()
    assert (one.system_prompt, one.temperature, one.max_tokens) == ("Be brief", 0.5, 20)
    assert (one.reasoning, one.images.get().name) == (True, "a.png")


def test_it_asks_with_parameters(local_server: FakeWaveSpeed) -> None:
    options = ["--top-p", "0.9", "--seed", "42", "--stop", "END", "--stop", "a\nb"]
    options += ["--effort", "2048", "--detail", "low", "--extra", '{"min_p": 0.05}']
    assert run("Why?", "--model", "seer@local", *options, "--carry")[0] == 0
    body = json.loads(local_server.account.chats[0])
    assert (body["top_p"], body["seed"], body["stop"]) == (0.9, 42, ["END", "a\nb"])
    assert (body["reasoning"], body["min_p"]) == ({"max_tokens": 2048}, 0.05)
    assert body == Run.objects.get().request


def test_it_asks_by_the_schema_of_a_file(local_server: FakeWaveSpeed, tmp_path: Path) -> None:
    (tmp_path / "receipt.json").write_text('{"type": "object"}')
    local_server.configure(answer=lambda _: "[1]")
    options = ["--schema", str(tmp_path / "receipt.json"), "--json", "--carry"]
    code, out, _ = run("Why?", "--model", "seer@local", *options)
    said = json.loads(out)
    assert (code, said["schema_valid"]) == (0, False)
    assert said["schema_errors"] == [{"path": "", "reason": "expected object, got array"}]


def test_free_json_that_is_none_is_refused() -> None:
    words = refused("Why?", "--model", "seer@local", "--extra", "{", "--carry")
    assert "Character 2: a name in double quotes is missing." in words


def test_it_sweeps_over_two_parameters_and_tells_the_answers_apart() -> None:
    options = ["--sweep", "temperature=0,1", "--sweep", "max_edge=512, not sent"]
    _, out, _ = run("Why?", *options, "--carry")
    assert set(Run.objects.values_list("temperature", "max_edge")) == {
        (0, 512),
        (0, 0),
        (1, 512),
        (1, 0),
    }
    assert "t 1, 512 px" in out


def test_several_models_are_a_comparison_under_their_names() -> None:
    code, out, _ = run("Why?", "--model", FLASH, "--model", GPT, "--carry")
    assert code == 0
    assert [line for line in out.splitlines() if line.startswith("## ")] == [
        f"## {FLASH}",
        f"## {GPT}",
    ]


@pytest.mark.parametrize("models", [[FLASH], [FLASH, GPT]])
def test_json_is_the_published_one(models: list[str]) -> None:
    named = [word for model in models for word in ("--model", model)]
    _, out, _ = run("Why?", *named, "--json", "--carry")
    name = "run.v1.json" if len(models) == 1 else "comparison.v1.json"
    validator(name).validate(json.loads(out))


def test_the_question_is_read_from_standard_input(
    upstream: FakeWaveSpeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO("Vad är det?\nSvara.\n".encode())))
    assert run("-", "--model", FLASH, "--carry")[0] == 0
    assert Run.objects.get().prompt == "Vad är det?\nSvara."


def test_what_is_no_text_on_standard_input_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(b"\xff\xfe")))
    assert "not UTF-8" in refused("-", "--carry")


def test_what_arrived_of_an_answer_that_broke_off_is_printed(local_server: FakeWaveSpeed) -> None:
    local_server.configure(answer={"m": "one two three four five six seven"})
    local_server.fault("chat", Fault.truncated())
    code, out, said = run("What?", "--model", "m@local", "--carry")
    assert (code, out.split()[:2]) == (1, ["one", "two"])
    assert "The answer broke off before its end." in said


def test_an_answer_that_was_cut_off_says_so(local_server: FakeWaveSpeed) -> None:
    chunk = '{"choices": [{"delta": {"content": "Half"}, "finish_reason": "length"}]}'
    local_server.fault("chat", Fault.answer(200, f"data: {chunk}\n\n"))
    code, out, said = run("What?", "--model", "m@local", "--carry")
    assert (code, out) == (0, "Half\n")
    assert "Maybe cut off" in said


def test_ctrl_c_ends_an_answer_that_only_this_command_heard(
    local_server: FakeWaveSpeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pressed(_text: str, _thoughts: str) -> bool:
        raise KeyboardInterrupt

    local_server.configure(answer={"m": " ".join(["word"] * 50)}, delay=2)
    monkeypatch.setattr(Run, "progress", lambda _run, *given: pressed(*given))
    code, _, said = run("What?", "--model", "m@local", "--carry")
    assert (code, Run.objects.get().status) == (1, "cancelled")
    assert "You stopped this run." in said


def test_a_failed_run_ends_with_1(upstream: FakeWaveSpeed) -> None:
    upstream.fault("submit", Fault.answer(400))
    code, out, said = run("Why?", "--model", FLASH, "--carry")
    assert (code, out) == (1, "")
    assert "The provider refused the request" in said


def test_an_unknown_run_ends_with_3_and_is_sent_once(upstream: FakeWaveSpeed) -> None:
    upstream.fault("submit", Fault.answer(500, accepted=True))
    code, _, said = run("Why?", "--model", FLASH, "--carry")
    assert code == 3
    assert "may have been billed" in said
    assert len(upstream.submissions) == 1


def test_without_a_worker_nothing_is_started() -> None:
    assert "No worker is running" in refused("Why?")


def test_waiting_ends_and_the_run_goes_on() -> None:
    Worker.objects.create(name="elsewhere")
    code, out, said = run("Why?", "--wait", "0")
    assert (code, out) == (3, "")
    assert "It goes on" in said
    assert Run.objects.get().status == "queued"


def test_a_key_starts_once() -> None:
    first, again = (run("Why?", "--key", "receipt-1", "--carry") for _ in range(2))
    assert first == again
    assert Run.objects.count() == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["", "--carry"],
        ["Why?", "--model", "no/such", "--carry"],
        ["Why?", "--temperature", "hot", "--carry"],
        ["Why?", "--max-tokens", "0", "--carry"],
        ["Why?", "--image", "/no/such/file.png", "--carry"],
        ["Why?", "--image", "/", "--carry"],
        ["Why?", "--image", __file__, "--carry"],
        ["Why?", "--image-url", "file:///etc/passwd", "--carry"],
        ["Why?", "--user", "mira", "--carry"],
        ["Why?", "--sweep", "temperature", "--carry"],
        ["Why?", "--sweep", "mood=1", "--carry"],
        ["Why?", "--sweep", "temperature=hot", "--carry"],
        ["Why?", *("--sweep", "temperature=1") * 2, "--carry"],
        ["Why?", *("--sweep", "temperature=1") * 3, "--carry"],
    ],
)
def test_what_is_wrong_starts_nothing_and_ends_with_2(arguments: list[str]) -> None:
    assert refused(*arguments)


def test_with_accounts_somebody_has_to_be_named(accounts: Any) -> None:
    refused("Why?", "--carry")
    owner = member()
    run("Why?", "--user", owner.username, "--carry")
    assert Run.objects.get().owner == owner


def test_a_limit_starts_nothing(settings: Any) -> None:
    settings.LIMITS = {"SITE_RUNS_DAY": 1}
    assert "this press is 2" in refused("Why?", "--model", FLASH, "--model", GPT, "--carry")


def test_nothing_steers_the_terminal() -> None:
    hostile = "\x1b[2J\x9b31m\x07\x7f\rgone\ttab\nline\r\n\ud800"
    assert harmless(hostile) == "\\x1b[2J\\x9b31m\\x07\\x7f\\x0dgone\ttab\nline\n?"


def test_json_keeps_its_value_and_steers_nothing() -> None:
    value = {"output": "\x9b2J \x7f ü"}
    text = harmless_json(json.dumps(value, ensure_ascii=False))
    assert json.loads(text) == value
    assert "\x9b" not in text


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_json_keeps_its_value_in_every_encoding(upstream: FakeWaveSpeed, encoding: str) -> None:
    upstream.configure(answer={FLASH: "é ☃ 😀"})
    written = BytesIO()
    terminal = TextIOWrapper(written, encoding)
    call_command("run", "x", "--model", FLASH, "--carry", "--json", stdout=terminal)
    assert json.loads(written.getvalue())["output"] == "é ☃ 😀"


def test_it_goes_on_from_a_run(upstream: FakeWaveSpeed, carried: Callable[..., Run]) -> None:
    first = carried("One?")
    run("Two?", "--follow", str(first.pk), "--carry")
    second = Run.objects.get(prompt="Two?")
    assert (second.follows, second.model_id) == (first, first.model_id)


def test_what_is_followed_decides_the_rest(carried: Callable[..., Run]) -> None:
    first = carried("One?")
    with pytest.raises(CommandError, match="takes its images, model and settings"):
        run("Two?", "--follow", str(first.pk), "--model", GPT, "--carry")
    with pytest.raises(CommandError, match="There is no such run"):
        run("Two?", "--follow", "last", "--carry")
