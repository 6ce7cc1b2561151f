"""A refusal is as long as a person reads, however much was wrong."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from django.test import RequestFactory

from playground.api import bodies, errors
from playground.api.errors import Refused
from playground.composer import tray
from playground.runs.models.run import Run
from tests.api.conftest import program, wrong
from tests.conftest import FLASH, form

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
MAX_ANSWER_BYTES = 20_000
MAX_GROWN_BYTES = 60_000  # of a page, beside what was typed
LINES = "\n".join(f"ftp://e.org/{n}" for n in range(9_000))  # 150 KB
ASKED = {"prompt": "What?", "models": [FLASH]}

BODIES: dict[str, dict[str, Any]] = {
    "20,000 addresses": {"image_urls": [f"ftp://e.org/{n}" for n in range(20_000)]},
    "90 wrong addresses": {"image_urls": [f"ftp://e.org/{n}" for n in range(90)]},
    "20,000 models": {"models": [f"nobody/{n}" for n in range(20_000)]},
    "one model 20,000 times": {"models": [FLASH] * 20_000},
    "20,000 images": {"images": [{"data": "x"}] * 20_000},
    "20,000 unknown fields": {f"field{n}": 1 for n in range(20_000)},
    "a model of 1 MB": {"models": ["x" * 2**20]},
    "a field of 1 MB": {"x" * 2**20: 1},
    "an address of 1 MB": {"image_urls": ["http://e.org/" + "x" * 2**20]},
}
FORMS: dict[str, dict[str, Any]] = {
    "9,000 lines": {"image_urls": LINES},
    "9,000 good lines": {"image_urls": LINES.replace("ftp:", "http:")},
    "3,000 lines": {"image_urls": LINES[:39_000]},
    "3,000 good lines": {"image_urls": LINES[:39_000].replace("ftp:", "http:")},
    "9,000 lines in the tray": {"tray": LINES},
    "900 tiles": {"tray": [f"ftp://e.org/{n}" for n in range(900)]},
    "900 good tiles": {"tray": [f"http://e.org/{n}" for n in range(900)]},
    "900 lost tiles": {"tray": [f"{n:064x}" for n in range(900)]},
    "900 models": {"models": [f"nobody/{n}" for n in range(900)]},
    "a model of 1 MB": {"models": "x" * 2**20},
    "9,000 temperatures": {"sweep_of": "temperature", "sweep_values": "3," * 9_000},
}


@pytest.mark.parametrize("name", BODIES)
def test_a_program_is_told_the_first_of_it(api: Client, name: str) -> None:
    body = json.dumps(ASKED | BODIES[name])
    answer = api.post("/api/runs/", body, content_type="application/json")
    assert wrong(answer)
    assert len(answer.content) < MAX_ANSWER_BYTES
    assert not Run.objects.exists()


@pytest.mark.parametrize("name", FORMS)
def test_a_page_shows_the_first_of_it(client: Client, name: str) -> None:
    plain = len(client.post("/runs/", form(prompt="")).content)
    answer = client.post("/runs/", form(**FORMS[name]))
    typed = sum(len(str(value)) for value in FORMS[name].values())
    assert answer.status_code == 422
    assert len(answer.content) < plain + typed + MAX_GROWN_BYTES


def test_fields_that_are_not_named_are_counted(api: Client) -> None:
    body = json.dumps(ASKED | {f"field{n}": 1 for n in range(520)})
    answer = api.post("/api/runs/", body, content_type="application/json").json()["error"]
    assert len(answer["fields"]) == 20
    assert "500 more are wrong." in answer["message"]


def test_sentences_that_are_not_said_are_counted(api: Client) -> None:
    body = ASKED | {"image_urls": [f"ftp://e.org/{n}" for n in range(90)]}
    words = wrong(api.post("/api/runs/", body, content_type="application/json"))["images"]
    assert (len(words), words[20:]) == (
        22,
        ["And 12 more.", "58 more were not looked at. Shorten the list."],
    )


def test_no_more_addresses_are_looked_at_than_a_person_corrects(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(tray, "refusal_of", lambda line: seen.append(line) or "Wrong.")
    client.post("/runs/", form(tray=["a"] * 900, image_urls=LINES[:39_000]))
    assert len(seen) == 2 * tray.MAX_LOOKED_AT


def test_addresses_that_were_not_looked_at_stay_in_their_field(client: Client) -> None:
    page = client.post("/runs/", form(image_urls=LINES[:39_000])).content.decode()
    assert LINES[:39_000].strip() in page


def test_json_of_many_values_is_refused_before_it_is_read(api: Client) -> None:
    answer = api.post("/api/runs/", "[" + "1," * 600_000 + "1]", content_type="application/json")
    assert "too many values" in answer.json()["error"]["message"]


def test_no_more_of_a_body_is_read_than_holds_too_many_values() -> None:
    body = io.BytesIO(b"," * 20 * 2**20)
    request = RequestFactory().post("/api/runs/", b"[]", content_type="application/json")
    request._stream = body  # type: ignore[attr-defined]
    with pytest.raises(Refused):
        bodies.json_body(request)
    assert body.tell() == bodies.PIECE_BYTES


def test_names_of_unknown_fields_are_not_looked_at_one_by_one(
    api: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(errors, "_readable", lambda name: seen.append(name) or name)
    body = json.dumps({f"field{n}": 1 for n in range(80_000)})  # and no prompt, no model
    answer = api.post("/api/runs/", body, content_type="application/json")
    assert "79,982 more are wrong." in answer.json()["error"]["message"]
    assert len(seen) == 20


def test_a_list_of_temperatures_is_measured_before_it_is_read(client: Client) -> None:
    page = client.get("/selection/", {"temperatures": "0.5," * 1_000, "models": FLASH})
    assert "One press takes at most 12 temperatures." in page.content.decode()


def test_prompts_of_nothing_but_quotes_are_read(api: Client) -> None:
    body = ASKED | {"prompt": '"' * 100_000, "system_prompt": ',"' * 50_000}
    assert api.post("/api/runs/", body, content_type="application/json").status_code == 201


def test_an_empty_tile_is_none(client: Client) -> None:
    assert client.post("/runs/", form(tray=["", " "])).status_code == 303


@pytest.fixture
def api() -> Client:
    return program()
