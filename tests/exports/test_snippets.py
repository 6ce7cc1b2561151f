"""The API code of a run: run as a person would run it, against a server on this machine."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.exports.snippets.wavespeed import snippets
from tests.patience import PATIENCE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator

BODY = {
    "model": "google/gemini-flash-1.5",
    "prompt": "What is on it?",
    "system_prompt": "Be brief.",
    "images": ["https://a.example/1.png", "https://a.example/2.png"],
    "reasoning": False,
    "priority": "latency",
    "temperature": 0.2,
    "max_tokens": None,
    "enable_sync_mode": True,
}
PROMPTS = [
    'it\'s "quoted" and \'\'twice\'\' and """thrice"""',
    "one\ntwo\r\nthree\ttab\n\nJSON\nEOF\n",
    "$(touch pwned) `id` ${HOME} $HOME !! %s \\$(x)",
    "back\\slash \\n \\u0041 \\\\ end\\",
    "👩‍👩‍👧 שלום \u202eabc\u202c \u2028\u2029 \ufeff\x7f\x85",
    "</script><!-- ${process.exit()} @API@ @BODY@ {braces} #{x} #!",
    "\x00\x01\x1b[31m\ud800",
    "; rm -rf /; & | > < * ? ~ [a] 'unclosed",
]
NAMES = ["curl", "python", "javascript"]
PROGRAMS = {
    "curl": ["bash", "-s"],
    "python": [sys.executable, "-"],
    "javascript": ["node", "--input-type=module", "-"],
}
# Where node is not installed its program is only read, but never so on the machine that decides.
NODE_MISSING = shutil.which("node") is None and os.environ.get("CI") != "true"
RUNNABLE = [name for name in NAMES if name != "javascript" or not NODE_MISSING]


class Provider(ThreadingHTTPServer):
    """Answers a submission, then each poll, with the states given; keeps what it was sent."""

    def __init__(self, states: list[str]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.states = states
        self.requests: list[tuple[str, str, str, Any]] = []
        self.url = f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def do_GET(self) -> None:
        self._answer(None)

    def _answer(self, body: Any) -> None:
        state = self.server.states.pop(0)
        key = self.headers["Authorization"]
        self.server.requests.append((self.command, self.path, key, body))
        data = {"id": "p-1", "status": state, "outputs": [], "error": "It was too dark."}
        if state == "completed":
            data |= {"outputs": ['A cat: "status": "failed"'], "error": ""}
        reply = {"code": 200, "message": "success", "data": data}
        if state.isdigit():
            reply = {"code": int(state), "message": "No credit left.", "data": None}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(reply).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        pass


@contextmanager
def provider(*states: str) -> Iterator[Provider]:
    with Provider(list(states)) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def code(name: str, body: dict[str, Any], url: str = "https://api.example") -> str:
    return next(snippet.code for snippet in snippets(body, url) if snippet.name == name)


def run(name: str, server: Provider, body: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        PROGRAMS[name],
        input=code(name, body, server.url),
        env={"PATH": os.environ["PATH"], "WAVESPEED_API_KEY": "wsk_test"},
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def test_there_is_one_program_for_each_tab():
    assert [(s.name, s.label, s.language) for s in snippets(BODY, "https://api.example")] == [
        ("curl", "curl", "bash"),
        ("python", "Python", "python"),
        ("javascript", "JavaScript", "javascript"),
    ]


@pytest.mark.parametrize("name", RUNNABLE)
def test_the_body_arrives_exactly_as_it_was_in_its_order(name):
    body = {**BODY, "prompt": "".join(PROMPTS), "images": PROMPTS}
    with provider("completed") as server:
        run(name, server, body)
    assert list(server.requests[0][3].items()) == list(body.items())


@pytest.mark.parametrize("name", RUNNABLE)
def test_it_submits_once_polls_until_the_end_and_prints_the_answer(name):
    with provider("created", "processing", "completed") as server:
        done = run(name, server, BODY)
    assert [(method, path) for method, path, _, _ in server.requests] == [
        ("POST", "/api/v3/wavespeed-ai/any-llm/vision"),
        ("GET", "/api/v3/predictions/p-1/result"),
        ("GET", "/api/v3/predictions/p-1/result"),
    ]
    assert {key for _, _, key, _ in server.requests} == {"Bearer wsk_test"}  # its environment's
    assert (done.returncode, "A cat" in done.stdout) == (0, True)


@pytest.mark.parametrize("name", RUNNABLE)
@pytest.mark.parametrize("state", ["failed", "cancelled", "timeout", "deleted"])
def test_it_ends_with_the_error(name, state):
    with provider(state) as server:
        done = run(name, server, BODY)
    assert (done.returncode, "It was too dark." in done.stderr) == (1, True)


@pytest.mark.parametrize("name", RUNNABLE)
def test_a_refusal_is_shown_and_nothing_is_polled(name):
    with provider("402") as server:
        done = run(name, server, BODY)
    assert (done.returncode, "No credit left." in done.stderr, len(server.requests)) == (1, True, 1)


def test_the_largest_prompt_still_runs_in_a_shell():
    with provider("completed") as server:
        run("curl", server, {**BODY, "prompt": "word " * 60_000})
    assert len(server.requests[0][3]["prompt"]) == 300_000


@pytest.mark.parametrize("name", NAMES)
def test_a_base_address_with_a_slash_gives_the_same_program(name):
    assert code(name, BODY, "https://api.example/") == code(name, BODY, "https://api.example")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("character", ["\u202e", "\u2066", "\u2028", "\x85", "\ufeff"])
def test_characters_that_cannot_be_seen_are_written_out(name, character):
    assert character not in code(name, {**BODY, "prompt": character})


@pytest.mark.parametrize("name", ["curl", "javascript"])
def test_other_scripts_can_be_read_in_the_program(name):
    assert "שלום 你好" in code(name, {**BODY, "prompt": "שלום 你好"})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=4,
)  # fmt: skip
BODIES = st.dictionaries(st.text(), JSON, max_size=2)


@given(BODIES)
def test_any_body_is_written_as_python_that_means_the_same(body):
    assignments = [n for n in ast.parse(code("python", body)).body if isinstance(n, ast.Assign)]
    assert ast.literal_eval(assignments[3].value) == body


@given(BODIES)
def test_any_body_is_written_as_json_that_means_the_same(body):
    program = code("javascript", body)
    literal = program.partition("const body = ")[2].partition(";\n\nasync function")[0]
    assert json.loads(literal) == body
