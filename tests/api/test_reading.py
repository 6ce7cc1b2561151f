"""Reading, listing and cancelling by the API; refusals that come from elsewhere."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import OperationalError
from django.utils import timezone

from playground.history import deletion, pagination
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.submission import create
from playground.submission.request import RunRequest
from tests.api.conftest import start, wrong
from tests.conftest import FLASH, GPT
from tests.exports.schemas import schema, undocumented, validator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.test import Client

pytestmark = pytest.mark.django_db
ENDED = {"completed", "failed", "cancelled", "unknown"}


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


@pytest.mark.parametrize("path", ["/api/runs", "/runs", "/compare/x"])
def test_without_its_final_slash_an_address_keeps_the_method(api: Client, path: str) -> None:
    response = api.post(path, {"prompt": "Why?"}, content_type="application/json")
    leads_on = (308, f"{path}/") if path != "/compare/x" else (404, None)
    assert (response.status_code, response.headers.get("Location")) == leads_on


@pytest.mark.parametrize("path", ["runs/{}/", "runs/{}.json", "compare/{}/", "s/{}/", "nothing/"])
def test_a_page_that_is_not_there_is_said_in_json_to_who_asks_for_it(
    client: Client, path: str
) -> None:
    address = f"/{path.format(uuid4())}"
    response = client.get(address, headers={"Accept": "application/json"})
    assert (response.status_code, response.json()["error"]["code"]) == (404, "not_found")
    assert "Accept" in response["Vary"]
    assert client.get(address)["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    ("states", "status"),
    [
        (("completed", "completed"), "completed"),
        (("completed", "failed"), "failed"),
        (("failed", "unknown"), "unknown"),
        (("cancelled", "completed"), "cancelled"),
        (("unknown", "queued"), "queued"),
        (("queued", "processing"), "processing"),
    ],
)
def test_a_comparison_has_one_status_to_wait_for(
    api: Client, states: tuple[str, str], status: str
) -> None:
    pk = start(api, models=[FLASH, GPT]).json()["id"]
    for run, state in zip(Comparison.objects.get().cells(), states, strict=True):
        ended = timezone.now() if state in ENDED else None
        Run.objects.filter(pk=run.pk).update(status=state, finished_at=ended)
    found = api.get(f"/api/compare/{pk}/").json()
    validator("comparison.v1.json").validate(found)
    assert found["status"] == status


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
    started = create.submit(RunRequest(prompt="Why?", models=(FLASH, GPT), blind=True))
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


def pages(api: Client, address: str) -> Iterator[list[str]]:
    """The titles of each page, the next one asked for only then."""
    while address:
        page = api.get(address).json()
        yield [one["title"] for one in page["items"]]
        address = page["next"]


def test_pages_follow_each_other(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagination, "PAGE_SIZE", 2)
    for number in range(5):
        start(api, prompt=f"Number {number}")
    titles = [title for page in pages(api, "/api/runs/?kind=single") for title in page]
    assert titles == [f"Number {number}" for number in (4, 3, 2, 1, 0)]


def test_ranked_pages_go_on_by_position(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagination, "PAGE_SIZE", 2)
    for number in range(7):
        start(api, prompt=f"Cat {number}")
    titles: list[str] = []
    for page in pages(api, "/api/runs/?q=cat&order=best"):
        titles += page
        start(api, prompt="Cat that came meanwhile")
        deletion.delete(list(Run.objects.filter(prompt=titles[0])))
    assert titles == [f"Cat {number}" for number in range(6, -1, -1)]


def test_a_time_with_its_zone_is_an_end_that_belongs_to_it(api: Client) -> None:
    start(api, prompt="Then")
    at = Run.objects.get().listed_at.astimezone(ZoneInfo("Asia/Kathmandu"))
    before, after = (at + timedelta(microseconds=one) for one in (-1, 1))
    wanted = [(at, at, 1), (before, before, 0), (after, after, 0), (before, after, 1)]
    for first, last, count in wanted:
        query = {"from": first.isoformat(), "to": last.isoformat()}
        assert len(api.get("/api/runs/", query).json()["items"]) == count, query


def test_a_plus_that_was_not_escaped_is_one(api: Client) -> None:
    start(api)
    assert api.get("/api/runs/?from=2026-01-01T00:00:00+01:00").json()["items"]


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
        ("to=0387-01-01T00:00:00Z", "to"),
        ("to=2026-01-01T00:00:00", "to"),
        ("from=2026-01-01T25:00:00Z", "from"),
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

    monkeypatch.setattr(create, "press", busy)
    response = start(api)
    assert (response.status_code, response["Retry-After"]) == (503, "2")
    assert response.json()["error"]["code"] == "busy"


def test_no_other_site_is_invited(api: Client) -> None:
    for response in (api.get("/api/runs/"), api.options("/api/runs/"), start(api)):
        assert not [name for name in response.headers if name.startswith("Access-Control")]
