"""One address for people and machines: Accept chooses, and caches are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from playground.exports.responses import TYPES, wanted_form
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.submission import create
from playground.submission.request import RunRequest
from tests.conftest import FLASH, GPT

if TYPE_CHECKING:
    from django.test import Client, RequestFactory

pytestmark = pytest.mark.django_db
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"


@pytest.fixture(params=["run", "comparison"])
def address(request: pytest.FixtureRequest, ask: object) -> str:
    models = (FLASH,) if request.param == "run" else (FLASH, GPT)
    return create.submit(RunRequest(prompt="Why?", models=models)).get_absolute_url()


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (BROWSER, "text/html"),
        ("*/*", "text/html"),
        ("", "text/html"),
        ("application/json", "application/json"),
        ("application/json, */*", "application/json"),
        ("application/*", "application/json"),
        ("text/markdown", "text/markdown"),
        ("text/html;q=0.2, text/markdown;q=0.3", "text/markdown"),
        ("application/json;q=0.1, text/html", "text/html"),
        ("image/png", "text/html"),
        ("application/json;q=0", "text/html"),
        (";;,/,q=,\u00e9", "text/html"),
    ],
)
def test_accept_chooses_the_form(rf: RequestFactory, accept: str, kind: str) -> None:
    asked = rf.get("/", headers={"Accept": accept})
    assert TYPES[wanted_form(asked)] == kind


@pytest.mark.parametrize("kind", ["text/html", "application/json", "text/markdown"])
def test_an_address_answers_in_the_form_and_says_what_chose_it(
    client: Client, address: str, kind: str
) -> None:
    response = client.get(address, headers={"Accept": f"{kind}, */*;q=0.1"})
    assert response.status_code == 200
    assert response["Content-Type"].split(";")[0] == kind
    assert "Accept" in response["Vary"]


def test_the_head_names_the_other_forms(client: Client, address: str) -> None:
    text = client.get(address).content.decode()
    for kind, ending in (("application/json", ".json"), ("text/markdown", ".md")):
        assert f'<link rel="alternate" type="{kind}" href="{address[:-1]}{ending}">' in text


def test_json_by_accept_is_the_json_of_its_own_address(client: Client, address: str) -> None:
    asked = client.get(address, headers={"Accept": "application/json"})
    assert asked.content == client.get(f"{address[:-1]}.json").content


def test_json_is_indented_and_in_its_own_letters(client: Client, ask: object) -> None:
    run = create.submit(RunRequest(prompt="Größe: 測試", models=(FLASH,)))
    text = client.get(f"/runs/{run.pk}.json").content.decode()
    assert '\n  "prompt": "Größe: 測試",' in text


def test_addresses_in_a_file_are_whole(client: Client, address: str) -> None:
    assert client.get(f"{address[:-1]}.json").json()["url"] == f"http://testserver{address}"


def test_a_comparison_without_cells_is_not_there(client: Client) -> None:
    comparison = Comparison.objects.create()
    assert not Run.objects.exists()
    for ending in ("/", ".json", ".md", ".csv"):
        assert client.get(f"/compare/{comparison.pk}{ending}").status_code == 404


@pytest.mark.parametrize("form", ["json", "md", "csv", "html", "zip"])
def test_more_text_than_one_file_holds_is_refused(
    client: Client, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setattr("playground.exports.responses.MAX_ANSWERS_LENGTH", 1000)
    comparison = create.submit(RunRequest(prompt="Why?", models=(FLASH, GPT)))
    Run.objects.update(output="x" * 501, status="completed", finished_at=timezone.now())
    response = client.get(f"{comparison.get_absolute_url()[:-1]}.{form}")
    assert response.status_code == 422
    assert "1,002 characters together; one file holds at most 1,000" in response.content.decode()
