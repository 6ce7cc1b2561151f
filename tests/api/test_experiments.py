"""Experiments by the API: started, read, listed, paused, gone on with and ended."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from playground.api import experiments as api_experiments
from playground.experiments.models.experiment import Experiment
from playground.experiments.models.mark import Mark, Source
from playground.experiments.models.test_set import TestSet
from playground.images.models import Image
from tests.api.conftest import program, wrong
from tests.conftest import FLASH, GPT, member, png, upload
from tests.experiments.sets import answered, started, version_of
from tests.exports.schemas import validator

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
ADDRESS = "/api/experiments/"
PNG = "data:image/png;base64," + base64.b64encode(png()).decode()
CASE = {"images": [PNG], "variables": {"shop": "Dune"}, "expected": 9.6, "tags": ["receipt"]}


def document(**fields: Any) -> dict[str, Any]:
    return {
        "name": "Totals",
        "prompt": "What is the total of {{shop}}?",
        "variants": [{"model": FLASH}, {"model": GPT, "temperature": 0}],
        "marks": [{"rule": "number", "within": 0.005}],
        "cases": [CASE],
    } | fields


def start(api: Client, **fields: Any) -> Any:
    return api.post(ADDRESS, document(**fields), content_type="application/json")


def test_what_was_started_is_answered_as_its_schema_says(api: Client) -> None:
    response = start(api)
    assert response.status_code == 201, response.content
    body = response.json()
    validator("experiment.v1.json").validate(body)
    assert (body["state"], body["total"], body["made"]) == ("running", 2, 2)
    assert response["Location"] == body["api_url"]


def test_number_and_cost_are_told_without_a_start(api: Client) -> None:
    response = api.post(f"{ADDRESS}cost/", document(), content_type="application/json")
    body = response.json()
    assert (response.status_code, body["kind"], body["runs"]) == (200, "cost", 2)
    assert body["words"] == "1 case × 2 variants"
    assert not Experiment.objects.exists()


def test_the_same_key_starts_nothing_again(api: Client) -> None:
    first, again = (start(api, idempotency_key="k") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    other = start(api, idempotency_key="k", name="Other")
    assert (other.status_code, other.json()["error"]["code"]) == (409, "key_reused")


def test_images_are_files_beside_the_json(api: Client) -> None:
    text = json.dumps(document(cases=[CASE | {"images": ["a.png"]}]))
    response = api.post(ADDRESS, {"experiment": text, "images": [upload(name="a.png")]})
    assert response.status_code == 201, response.content
    case = Experiment.objects.get().version.cases.get()
    assert (case.images.get().name, case.expected) == ("a.png", "9.6")


def test_two_files_of_one_name_are_refused_unless_they_are_one(api: Client) -> None:
    text = json.dumps(document(cases=[CASE | {"images": ["a.png"]}]))
    blue = SimpleUploadedFile("a.png", png("blue"), "image/png")
    answer = api.post(ADDRESS, {"experiment": text, "images": [upload(name="a.png"), blue]})
    assert "Two files are called a.png" in wrong(answer)["images"][0]
    twice = {"experiment": text, "images": [upload(name="a.png"), upload(name="a.png")]}
    assert api.post(ADDRESS, twice).status_code == 201


def test_images_are_named_by_their_ids(api: Client) -> None:
    start(api)
    stored = start(api, cases=[CASE | {"images": [Image.objects.get().pk]}])
    assert (stored.status_code, Image.objects.count()) == (201, 1)


def test_an_expected_number_is_kept_as_it_is_written(api: Client) -> None:
    text = json.dumps(document()).replace("9.6", "9.60")
    assert api.post(ADDRESS, text, content_type="application/json").status_code == 201
    assert Experiment.objects.get().version.cases.get().expected == "9.60"


def test_every_wrong_field_is_named_by_its_place(api: Client) -> None:
    cases = [CASE, CASE | {"images": ["a.png"], "tag": "x"}]
    named = wrong(start(api, cases=cases, repeats=0, variants=[{"model": "nothing"}]))
    assert set(named) == {"cases[1].images[0]", "cases[1].tag", "repeats", "variants[0].model"}
    assert not TestSet.objects.exists()


@pytest.mark.parametrize("body", [{}, {"experiment": "{}", "name": "x"}])
def test_a_form_without_the_one_field_is_refused(api: Client, body: dict[str, str]) -> None:
    assert set(wrong(api.post(ADDRESS, body))) == {"experiment"}


def test_more_images_than_one_request_brings_are_refused(
    api: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playground.api.experiment_bodies.MAX_NEW_IMAGES", 0)
    assert "at most 0" in wrong(start(api))["cases"][0]


def test_what_the_marks_say_is_read(api: Client) -> None:
    experiment = started(version_of(*"123456789012"))
    answered(experiment, *["yy"] * 4, *["yn"] * 7, "n-")
    body = api.get(f"{ADDRESS}{experiment.pk}/").json()
    validator("experiment.v1.json").validate(body)
    first, second = body["variants"]
    assert (first["right"], first["n"], second["right"], second["failed"]) == (11, 12, 4, 1)
    pair = body["pairs"][0]
    assert (pair["only_a"], pair["only_b"], pair["p"], pair["decided"]) == (7, 0, 0.0156, True)
    assert body["counts"]["failed"] == 1


def test_what_people_say_stands_beside_what_the_rule_says(api: Client) -> None:
    experiment = started(version_of("1"))
    answered(experiment, "yy")
    run = experiment.comparison.runs.get(position=0)
    Mark.objects.create(run=run, source=Source.PERSON, right=False)
    body = api.get(f"{ADDRESS}{experiment.pk}/").json()
    validator("experiment.v1.json").validate(body)
    said = body["by"]["person"]["variants"][0]
    assert (said["right"], said["n"], body["variants"][0]["right"]) == (0, 1, 1)


def test_it_is_paused_gone_on_with_and_ended(api: Client) -> None:
    address = f"{ADDRESS}{started(version_of('1')).pk}/"
    states = [api.post(f"{address}{act}/").json()["state"] for act in ("pause", "resume", "end")]
    assert states == ["paused", "running", "ended"]
    assert api.post(f"{address}end/").json()["state"] == "ended"


def test_the_list_goes_on_behind_its_last(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_experiments, "PAGE_SIZE", 2)
    ids = [str(started(version_of("1"), form_token=f"t{n}").pk) for n in range(3)]
    page = api.get(ADDRESS).json()
    validator("experiments.v1.json").validate(page)
    rest = api.get(page["next"]).json()
    assert [one["id"] for one in page["items"] + rest["items"]] == ids[::-1]
    assert rest["next"] is None
    assert set(wrong(api.get(f"{ADDRESS}?after=yesterday"))) == {"after"}


@pytest.mark.usefixtures("accounts")
def test_others_see_nothing_of_it() -> None:
    owner, other = member("owner"), program(member("other"))
    experiment = started(version_of("1", owner=owner), owner)
    assert other.get(f"{ADDRESS}{experiment.pk}/").status_code == 404
    assert other.post(f"{ADDRESS}{experiment.pk}/end/").status_code == 404
    assert other.get(ADDRESS).json()["items"] == []
    named = wrong(start(other, cases=None, test_set=str(experiment.version.test_set_id)))
    assert "not yours" in named["test_set"][0]
