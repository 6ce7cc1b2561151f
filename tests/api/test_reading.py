"""Reading, listing and cancelling by the API; refusals that come from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.db import OperationalError

from playground.models import Comparison, Run
from playground.services import history, submission
from playground.services.submission import Asked
from tests.api.conftest import start, wrong
from tests.conftest import FLASH, GPT
from tests.representations.schemas import schema, undocumented, validator

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

pytestmark = pytest.mark.django_db


def test_a_run_is_the_published_json(api: Client, carried: Callable[..., Run]) -> None:
    run = carried("What is this?")
    found = api.get(f"/api/runs/{run.pk}/").json()
    assert found == api.get(f"/runs/{run.pk}.json").json()
    assert found["status"] == "completed"


def test_a_comparison_is_the_published_json(api: Client) -> None:
    start(api, models=[FLASH, GPT])
    pk = Comparison.objects.get().pk
    assert api.get(f"/api/compare/{pk}/").json() == api.get(f"/compare/{pk}.json").json()


@pytest.mark.parametrize(
    "path",
    ["runs/{}/", "runs/{}/cancel/", "compare/{}/", "compare/{}/cancel/", "runs/nothing/", "no/"],
)
def test_what_is_not_there_is_said_in_json(api: Client, path: str) -> None:
    method = api.post if "cancel" in path else api.get
    response = method(f"/api/{path.format(uuid4())}")
    assert (response.status_code, response.json()["error"]["code"]) == (404, "not_found")
    validator("error.v1.json").validate(response.json())


def test_another_method_is_refused_in_json(api: Client) -> None:
    response = api.delete("/api/runs/")
    assert (response.status_code, response["Allow"]) == (405, "GET, POST, HEAD")
    assert response.json()["error"]["code"] == "method_not_allowed"


def test_a_run_is_cancelled_before_it_is_sent(api: Client, ask: Callable[..., Run]) -> None:
    run = ask()
    for _ in range(2):
        assert api.post(f"/api/runs/{run.pk}/cancel/").json()["status"] == "cancelled"


def test_the_waiting_runs_of_a_comparison_are_cancelled(api: Client) -> None:
    pk = start(api, models=[FLASH, GPT]).json()["id"]
    cells = api.post(f"/api/compare/{pk}/cancel/").json()["cells"]
    assert [cell["status"] for cell in cells] == ["cancelled", "cancelled"]


def blind() -> Comparison:
    started = submission.submit(Asked(prompt="Why?", models=(FLASH, GPT), blind=True))
    assert isinstance(started, Comparison)
    return started


def test_a_blind_comparison_keeps_its_names(api: Client) -> None:
    comparison = blind()
    run = comparison.cells()[0]
    for path in (f"compare/{comparison.pk}", f"runs/{run.pk}"):
        for response in (api.get(f"/api/{path}/"), api.post(f"/api/{path}/cancel/")):
            assert (response.status_code, response.json()["error"]["code"]) == (409, "sealed")
    assert Run.objects.filter(status="queued").count() == 2
    assert api.get("/api/runs/").json()["items"][0]["models"] is None


def test_the_list_has_each_form_once(api: Client) -> None:
    start(api, prompt="First line\nsecond")
    start(api, models=[FLASH, GPT])
    listed = api.get("/api/runs/").json()
    validator("runs.v1.json").validate(listed)
    assert undocumented(listed, schema("runs.v1.json")) == set()
    comparison, run = listed["items"]
    assert (comparison["kind"], comparison["models"], comparison["runs"]) == (
        "comparison",
        [FLASH, GPT],
        2,
    )
    assert (run["title"], run["status"], run["ended"]) == ("First line", "queued", False)
    assert api.get(run["api_url"]).json()["id"] == run["id"]


def test_pages_follow_each_other(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "PAGE", 2)
    for number in range(5):
        start(api, prompt=f"Number {number}")
    titles, address = [], "/api/runs/?kind=single"
    while address:
        page = api.get(address).json()
        titles += [one["title"] for one in page["items"]]
        address = page["next"]
    assert titles == [f"Number {number}" for number in (4, 3, 2, 1, 0)]


def test_filters_are_those_of_history(api: Client) -> None:
    start(api, prompt="A receipt", models=[GPT])
    start(api, prompt="A whiteboard")
    for query in (f"model={GPT}", "q=receipt", "q=receipt&order=best", "q=rec*&status=running"):
        titles = [one["title"] for one in api.get(f"/api/runs/?{query}").json()["items"]]
        assert titles == ["A receipt"], query


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("status=fine", "status"),
        ("from=yesterday", "from"),
        ("from=31/01/2026", "from"),
        ("to=0387-01-01", "to"),
        ("to=", "to"),
        ("starred=no", "starred"),
        ("model=a&model=b", "model"),
        ("modle=x", "modle"),
        ("after=x", "after"),
        ("after=2026-01-01T00:00:00", "after"),
        ("q=a&order=best&after=x", "after"),
    ],
)
def test_a_filter_that_cannot_be_read_is_refused(api: Client, query: str, name: str) -> None:
    assert set(wrong(api.get(f"/api/runs/?{query}"))) == {name}


def test_a_busy_database_is_said_in_json(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_args: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(submission, "submit", busy)
    response = start(api)
    assert (response.status_code, response["Retry-After"]) == (503, "2")
    assert response.json()["error"]["code"] == "busy"


def test_no_other_site_is_invited(api: Client) -> None:
    for response in (api.get("/api/runs/"), api.options("/api/runs/"), start(api)):
        assert not [name for name in response.headers if name.startswith("Access-Control")]
