"""Starting by the API: what becomes of each field, and how each refusal is said."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from playground.api import bodies
from playground.connections.models import ListedModel
from playground.history import deletion
from playground.runs import exchange
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from tests.api.conftest import program, start, wrong
from tests.conftest import FLASH, GPT, form, png, upload
from tests.exports.schemas import validator
from tests.imaging.pdf_makers import A7, pdf

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

pytestmark = pytest.mark.django_db
PNG = base64.b64encode(png()).decode()


def test_one_model_is_a_run(api: Client) -> None:
    response = start(api, temperature=0.5, max_tokens=20, reasoning=True, priority="throughput")
    assert response.status_code == 201
    validator("run.v1.json").validate(response.json())
    run = Run.objects.get()
    assert (run.temperature, run.max_tokens, run.reasoning) == (0.5, 20, True)
    assert (run.priority, run.status) == ("throughput", "queued")
    assert response["Location"] == f"http://testserver/api/runs/{run.pk}/"


def test_several_models_are_a_comparison(api: Client) -> None:
    response = start(api, models=[FLASH, GPT])
    validator("comparison.v1.json").validate(response.json())
    comparison = Comparison.objects.get()
    assert response["Location"].endswith(f"/api/compare/{comparison.pk}/")
    assert [run.model_id for run in comparison.cells()] == [FLASH, GPT]


def test_what_is_left_out_is_not_sent(api: Client) -> None:
    start(api, temperature=None, max_tokens=None, reasoning=False)
    run = Run.objects.get()
    assert (run.temperature, run.max_tokens, run.reasoning) == (None, None, False)


def test_what_a_model_does_not_take_is_refused_by_its_field(api: Client) -> None:
    ListedModel.objects.create(
        provider="wavespeed", model_id=FLASH, max_images=0, temperature=False, reasoning=False
    )
    refused = start(api, temperature=0.5, reasoning=True, images=[{"data": PNG}])
    assert refused.status_code == 422
    assert set(refused.json()["error"]["fields"]) == {"images", "temperature", "reasoning"}


def test_braces_of_a_program_are_text(api: Client) -> None:
    start(api, prompt="Explain {{ name }}")
    assert Run.objects.get().prompt == "Explain {{ name }}"


@pytest.mark.parametrize("data", [PNG, f"data:image/png;base64,{PNG}", f"{PNG[:76]}\r\n{PNG[76:]}"])
def test_an_image_comes_as_base64(api: Client, data: str) -> None:
    start(api, images=[{"data": data, "name": "receipt.png"}])
    entry = Run.objects.get().images.get()
    assert (entry.name, entry.image.width) == ("receipt.png", 40)


def test_addresses_follow_the_images(api: Client) -> None:
    start(api, images=[{"data": PNG}], image_urls=["https://a.example/1", "https://a.example/2"])
    entries = Run.objects.get().images.all()
    assert [one.name or one.url for one in entries] == [
        "image-1",
        "https://a.example/1",
        "https://a.example/2",
    ]


def test_multipart_carries_files(api: Client) -> None:
    fields = {"prompt": "Why?", "models": [FLASH, GPT], "reasoning": "true", "max_edge": "1024"}
    response = api.post("/api/runs/", fields | {"images": [upload()], "idempotency_key": "k"})
    assert response.status_code == 201
    run = Run.objects.first()
    assert (run.reasoning, run.max_edge, run.images.get().name) == (True, 1024, "teal.png")
    assert Run.objects.count() == 2


def test_a_key_starts_once(api: Client) -> None:
    first, again = (start(api, idempotency_key="receipt-1") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert Run.objects.count() == 1


def test_a_key_with_other_content_starts_nothing(api: Client) -> None:
    start(api, idempotency_key="receipt-1")
    other = start(api, idempotency_key="receipt-1", prompt="Another")
    assert (other.status_code, other.json()["error"]["code"]) == (409, "key_reused")
    assert Run.objects.count() == 1


def test_a_key_whose_run_was_deleted_starts_nothing(api: Client) -> None:
    start(api, idempotency_key="receipt-1")
    Run.objects.update(status="cancelled", finished_at=timezone.now())
    deletion.delete([Run.objects.get()])
    Run.everything.update(deleted_at=timezone.now() - 2 * deletion.GONE_AFTER)
    assert deletion.purge() == 1
    again = start(api, idempotency_key="receipt-1")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "key_spent")
    assert not Run.everything.exists()


def test_without_a_key_each_request_is_a_press(api: Client) -> None:
    for _ in range(2):
        assert start(api).status_code == 201
    assert Run.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"prompt": ""}, "prompt"),
        ({"prompt": " \n"}, "prompt"),
        ({"prompt": "a\x00b"}, "prompt"),
        ({"prompt": 7}, "prompt"),
        ({"prompt": "x" * 100_001}, "prompt"),
        ({"models": []}, "models"),
        ({"models": FLASH}, "models"),
        ({"models": ["no/such"]}, "models"),
        ({"models": [FLASH, GPT, FLASH]}, "models"),
        ({"temperature": 3}, "temperature"),
        ({"temperature": True}, "temperature"),
        ({"temperature": "1"}, "temperature"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"max_tokens": 1.5}, "max_tokens"),
        ({"max_tokens": 10**40}, "max_tokens"),
        ({"reasoning": "yes"}, "reasoning"),
        ({"priority": "fast"}, "priority"),
        ({"max_edge": 7}, "max_edge"),
        ({"idempotency_key": ""}, "idempotency_key"),
        ({"idempotency_key": "k" * 65}, "idempotency_key"),
        ({"image_urls": ["file:///etc/passwd"]}, "images"),
        ({"images": [PNG]}, "images"),
        ({"images": [{"data": "%"}]}, "images"),
        ({"images": [{"data": base64.b64encode(b"no picture").decode()}]}, "images"),
        ({"images": [{"data": PNG}] * 33}, "images"),
        ({"modles": [FLASH]}, "modles"),
        ({"form_token": "x"}, "form_token"),
    ],
)
def test_what_is_wrong_is_said_by_its_field(api: Client, fields: dict[str, Any], name: str) -> None:
    response = start(api, **fields)
    assert set(wrong(response)) == {name}
    validator("error.v1.json").validate(response.json())
    assert not Run.objects.exists()


@pytest.mark.parametrize(
    "body",
    [b" ", b"{", b"[]", b"\xff", b'{"prompt": NaN}', b"[" * 100_000, b"9" * 5000],
)
def test_what_is_not_json_is_said(api: Client, body: bytes) -> None:
    response = api.generic("POST", "/api/runs/", body, content_type="application/json")
    assert (response.status_code, response.json()["error"]["code"]) == (400, "json")


@pytest.mark.parametrize(
    ("more", "name"),
    [('"prompt": "b"', "prompt"), ('"images": [{"data": "AA==", "data": "AAA="}]', "data")],
)
def test_a_field_of_json_that_stands_there_twice_is_refused(
    api: Client, more: str, name: str
) -> None:
    body = f'{{"prompt": "a", "models": ["{FLASH}"], {more}}}'
    response = api.post("/api/runs/", body, content_type="application/json")
    assert wrong(response) == {name: ["Give this field once."]}


def test_half_a_surrogate_pair_is_refused(api: Client) -> None:
    body = json.dumps({"prompt": "\ud800", "models": [FLASH], "\udfff": 1})
    response = api.generic("POST", "/api/runs/", body, content_type="application/json")
    assert set(wrong(response)) == {"prompt", "?"}


def test_null_counts_as_left_out(api: Client) -> None:
    names = ("system_prompt", "images", "image_urls", "temperature", "max_tokens", "reasoning")
    names += ("priority", "max_edge", "idempotency_key")
    assert start(api, **dict.fromkeys(names)).status_code == 201
    assert Run.objects.get().priority == "latency"


@pytest.mark.parametrize("name", ["prompt", "models"])
def test_null_is_no_prompt_and_no_model(api: Client, name: str) -> None:
    assert set(wrong(start(api, **{name: None}))) == {name}


@pytest.mark.parametrize(
    "extra",
    [
        {"reasoning": "1"},
        {"images": "x"},
        {"prompts": "x"},
        {"temperature": ["0", "1"]},
        {"models": [FLASH, FLASH]},
        {"models": [FLASH, f"{FLASH} "]},
    ],
)
def test_multipart_fields_are_checked_too(api: Client, extra: dict[str, Any]) -> None:
    assert set(wrong(api.post("/api/runs/", form(priority=None, **extra)))) == set(extra)


def test_other_kinds_of_bodies_are_refused(api: Client) -> None:
    response = api.post("/api/runs/", "prompt=x", content_type="text/plain")
    assert (response.status_code, response.json()["error"]["code"]) == (415, "media_type")


def test_a_large_json_body_is_refused_before_it_is_read(
    api: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "MAX_JSON_BYTES", 100)
    response = start(api, prompt="x" * 100)
    assert (response.status_code, response.json()["error"]["code"]) == (413, "too_large")


def test_a_limit_says_when_to_come_back(settings: Any, api: Client) -> None:
    settings.LIMITS = {"SITE_RUNS_MINUTE": 1}
    start(api)
    response = start(api)
    assert (response.status_code, response.json()["error"]["code"]) == (429, "limit")
    assert 0 < int(response["Retry-After"]) <= 60
    assert Run.objects.count() == 1


def test_two_owners_with_one_key_are_two_presses(accounts: Any) -> None:
    from tests.conftest import member

    ids = {
        start(program(member(name)), idempotency_key="k").json()["id"] for name in ("mira", "other")
    }
    assert len(ids) == 2


@pytest.mark.parametrize("text", ["a\r\nb", "a\rb\nc", "\r\n a \u2028"])
def test_line_ends_of_a_program_stay(api: Client, text: str) -> None:
    start(api, prompt=text, system_prompt=text)
    run = Run.objects.get()
    assert (run.prompt, run.system_prompt) == (text, text)


def test_a_pdf_takes_its_first_pages(api: Client) -> None:
    data = base64.b64encode(pdf(20, A7)).decode()
    start(api, images=[{"data": data, "name": "a.pdf"}, {"data": PNG}])
    called = [one.name for one in Run.objects.get().images.all()]
    assert called == [*(f"page {number} of a.pdf, 150 dpi" for number in range(1, 16)), "image-2"]


def test_a_pdf_takes_the_pages_that_are_named(api: Client) -> None:
    data = base64.b64encode(pdf(20)).decode()
    made = start(api, images=[{"data": data, "name": "a.pdf"}], pages="3, 20", dpi=100).json()
    called = [one["name"] for one in made["images"]]
    assert called == ["page 3 of a.pdf, 100 dpi", "page 20 of a.pdf, 100 dpi"]


def test_pages_that_are_not_there_are_refused_by_the_file(api: Client) -> None:
    images = [{"data": base64.b64encode(pdf()).decode(), "name": "a.pdf"}]
    assert "a.pdf: There is no page 2" in wrong(start(api, images=images, pages="2"))["images"][0]
    assert set(wrong(start(api, images=images, pages=2, dpi=72))) == {"pages", "dpi"}


@pytest.mark.usefixtures("local_server")
def test_what_a_server_takes_beside_is_asked_too(api: Client) -> None:
    taken = {"top_p": 0.5, "seed": 7, "stop": ["END", "a\nb"], "extra_body": {"min_p": 0.05}}
    made = start(api, models=["seer@local"], **taken)
    assert made.status_code == 201
    assert {name: made.json()["options"][name] for name in taken} == taken


def test_what_such_a_value_may_not_be_is_said_by_its_field(api: Client) -> None:
    refused = wrong(start(api, top_p=2, stop="END", extra_body={"temperature": 1}))
    assert refused["top_p"] == ["This has to be a number from 0 to 1."]
    assert "it has a field of its own" in refused["extra_body"][0]
    assert set(refused) == {"top_p", "stop", "extra_body"}


def test_everything_that_is_wrong_is_said_at_once(api: Client) -> None:
    assert set(wrong(start(api, prompt="", temperature="1", modles=[]))) == {
        "prompt",
        "temperature",
        "modles",
    }


def two_images() -> list[dict[str, str]]:
    return [{"data": base64.b64encode(png(color)).decode()} for color in ("red", "blue")]


def test_each_image_is_a_row(api: Client) -> None:
    made = start(api, images=two_images(), each_image=True, models=[FLASH, GPT]).json()
    validator("comparison.v1.json").validate(made)
    assert [one["cells"] for one in made["rows"]] == [[1, 2], [3, 4]]


def test_a_sweep_over_two_options_crosses_them(api: Client) -> None:
    sweep = [{"over": "temperature", "values": [0, 1]}, {"over": "max_edge", "values": [512, 768]}]
    assert start(api, sweep=sweep).status_code == 201
    pairs = set(Run.objects.values_list("temperature", "max_edge"))
    assert pairs == {(0, 512), (0, 768), (1, 512), (1, 768)}


def test_a_sweep_asks_a_model_with_each_value(api: Client) -> None:
    made = start(api, sweep={"over": "temperature", "values": [0, None, 1.5]}).json()
    assert [one["options"]["temperature"] for one in made["cells"]] == [0, None, 1.5]


def test_repeats_ask_the_same_again(api: Client) -> None:
    assert len(start(api, repeats=3).json()["cells"]) == 3


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"sweep": {"over": "temperature", "values": [3]}}, "sweep"),
        ({"sweep": {"over": "mood", "values": [1]}}, "sweep"),
        ({"sweep": {"over": "seed"}}, "sweep"),
        ({"sweep": []}, "sweep"),
        ({"sweep": [{"over": "temperature", "values": [1]}] * 2}, "sweep"),
        ({"sweep": [{"over": "temperature", "values": [1]}] * 3}, "sweep"),
        ({"sweep": {"over": "seed", "values": [1, 2], "step": 1}}, "sweep"),
        ({"repeats": 13}, "repeats"),
        ({"repeats": 7, "models": [FLASH, GPT]}, "repeats"),
        ({"each_image": True, "repeats": 12, "images": two_images() * 5}, "each_image"),
        ({"each_image": True, "images": two_images(), "blind": True}, "blind"),
    ],
)
def test_what_is_too_much_of_it_is_said_by_its_field(
    api: Client, fields: dict[str, Any], name: str
) -> None:
    assert set(wrong(start(api, **fields))) == {name}
    assert not Run.objects.exists()


def test_a_blind_comparison_says_where_it_is_and_no_name(api: Client) -> None:
    first, again = (
        start(api, models=[FLASH, GPT], blind=True, idempotency_key="k") for _ in range(2)
    )
    assert (first.status_code, again.status_code) == (201, 200)
    assert FLASH not in first.content.decode()
    assert first.json() == again.json()
    assert (first.json()["kind"], api.get(first.json()["api_url"]).status_code) == ("sealed", 409)


def test_a_question_follows_a_run(api: Client, carried: Callable[..., Run]) -> None:
    first = carried("One?")
    response = start(api, models=None, prompt="Two?", follows=str(first.pk))
    assert response.status_code == 201
    validator("run.v1.json").validate(response.json())
    assert response.json()["follows"] == str(first.pk)
    turn = {"run": str(first.pk), "question": "One?", "answer": first.output}
    assert response.json()["exchange"] == [turn]


def test_what_the_run_decides_is_not_given_beside_it(
    api: Client, carried: Callable[..., Run]
) -> None:
    fields = wrong(start(api, follows=str(carried().pk), temperature=0.5))
    assert set(fields) == {"models", "temperature"}
    assert fields["models"][0].startswith("A question that follows a run takes its images")


def test_a_run_that_cannot_be_followed_is_refused_by_its_field(
    api: Client, carried: Callable[..., Run]
) -> None:
    gone = wrong(start(api, models=None, follows="0" * 32))
    assert gone == {"follows": [exchange.NOT_THERE]}
    run = carried()
    Run.objects.filter(pk=run.pk).update(status="failed", output="")
    assert wrong(start(api, models=None, follows=str(run.pk))) == {"follows": [exchange.NO_ANSWER]}
    assert wrong(start(api, models=None, follows="last")) == {"follows": [exchange.NOT_THERE]}
