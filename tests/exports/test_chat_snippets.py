"""The API code of a run at a chat-completions server: run as a person would run it."""

from __future__ import annotations

import base64
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from playground.exports.redaction import EVERYTHING, shown_run
from playground.exports.snippets.chat_completions import chat_snippets
from playground.images import store
from playground.submission.request import AttachedImage
from tests.conftest import png
from tests.exports.documents.reading import files_in
from tests.exports.test_snippets import NAMES, PROGRAMS, PROMPTS, RUNNABLE
from tests.fakes.wavespeed import FakeWaveSpeed, Fault
from tests.patience import PATIENCE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django.test import Client

    from playground.runs.models.run import Run

AT = "sha256:" + "ab" * 32
FILES = {AT: ("image-1.png", "image/png")}


def body(prompt: str = "What is on it?") -> dict[str, Any]:
    parts = [{"type": "text", "text": prompt}, {"type": "image_url", "image_url": {"url": AT}}]
    messages = [{"role": "user", "content": parts}]
    return {"model": "m", "messages": messages, "stream": True, "stream_options": {"a": True}}


def code(name: str, asked: dict[str, Any]) -> str:
    return next(one.code for one in chat_snippets(asked, FILES) if one.name == name)


def run(
    name: str, fake: FakeWaveSpeed, folder: Path, asked: dict[str, Any]
) -> subprocess.CompletedProcess[str]:
    (folder / "image-1.png").write_bytes(png())
    where = {"OPENAI_BASE_URL": f"{fake.url}/v1", "OPENAI_API_KEY": fake.key}
    return subprocess.run(
        PROGRAMS[name],
        input=code(name, asked),
        cwd=folder,
        env={"PATH": os.environ["PATH"], **where},
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_SECONDS,
        check=False,
    )


@pytest.mark.parametrize("name", RUNNABLE)
def test_the_body_arrives_with_the_bytes_of_the_image(name: str, tmp_path: Path) -> None:
    asked = body("".join(PROMPTS)) | {"stop": PROMPTS}
    with FakeWaveSpeed() as fake:
        run(name, fake, tmp_path, asked)
        (sent,) = fake.submissions
    data = f"data:image/png;base64,{base64.b64encode(png()).decode()}"
    asked["messages"][0]["content"][1]["image_url"]["url"] = data
    assert sent.body == {"model": "m", "messages": asked["messages"], "stop": PROMPTS}


@pytest.mark.parametrize("name", RUNNABLE)
def test_it_prints_the_answer_and_fails_with_the_error(name: str, tmp_path: Path) -> None:
    with FakeWaveSpeed() as fake:
        fake.configure(answer={"m": "A cat."})
        assert "A cat." in run(name, fake, tmp_path, body()).stdout
        fake.fault("chat", Fault.answer(400, {"error": {"message": "It was too dark."}}))
        failed = run(name, fake, tmp_path, body())
    assert failed.returncode
    assert "It was too dark." in failed.stdout + failed.stderr


@pytest.mark.django_db
def test_the_page_has_it_without_the_address_of_the_server(
    local_server: FakeWaveSpeed, carried: Callable[..., Run], client: Client
) -> None:
    picture = AttachedImage(image=store.store(png()))
    made = carried(model="m@local", images=(picture,))
    page = client.get(made.get_absolute_url()).content.decode()
    assert all(f"code-{name}" in page for name in NAMES)
    assert "image-1.png" in page
    assert "OPENAI_BASE_URL" in page
    assert local_server.url not in page


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "file"), [("curl", "run.sh"), ("python", "run.py")])
def test_the_code_in_a_zip_finds_the_images_in_it(
    local_server: FakeWaveSpeed, carried: Callable[..., Run], tmp_path: Path, name: str, file: str
) -> None:
    picture = AttachedImage(image=store.store(png()), name="Till receipt's.png")
    made = carried(model="m@local", images=(picture,))
    files = files_in(shown_run(made, EVERYTHING))
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
    where = {"OPENAI_BASE_URL": f"{local_server.url}/v1", "OPENAI_API_KEY": local_server.key}
    environ = {"PATH": os.environ["PATH"], **where}
    subprocess.run(PROGRAMS[name], input=files[file], cwd=tmp_path, env=environ, check=True)
    first, again = (one.body["messages"] for one in local_server.submissions)
    assert first == again
