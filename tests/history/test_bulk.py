"""POST /runs/selected/ and GET /runs/export.*: acting on several rows of History at once."""

from __future__ import annotations

import csv
import json
import re
import sqlite3
from copy import copy
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from playground.accounts.visitor import Visitor
from playground.exports import as_line
from playground.history import bulk, export
from playground.runs import tagging
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.runs.models.tag import RunTag
from playground.runs.status import RunStatus
from playground.submission import columns, create
from playground.submission.request import RunRequest
from tests.conftest import FLASH, GPT, HAIKU, member, signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

pytestmark = pytest.mark.django_db
LOCAL = Visitor(local=True)
Press = "Callable[..., Run]"


def act(client: Client, action: str, *runs: Run, **fields: Any) -> Any:
    return client.post(
        "/runs/selected/", {"action": action, "run": [one.pk for one in runs], **fields}
    )


def text_of(response: Any) -> str:
    assert response.status_code == 200
    return b"".join(response.streaming_content).decode()


def compared(*models: str) -> Comparison:
    started = create.submit(RunRequest(prompt="Which?", models=models))
    assert isinstance(started, Comparison)
    return started


@pytest.fixture
def three(carried: Press) -> list[Run]:
    return [carried(f"Question {n}") for n in range(3)]


def test_rows_are_starred_and_unstarred(client: Client, three: list[Run]) -> None:
    assert act(client, "star", *three[:2], back="q=x&after=y")["Location"] == "/runs/?q=x"
    assert set(Run.objects.filter(starred=True)) == set(three[:2])
    act(client, "unstar", *three)
    assert not Run.objects.filter(starred=True).exists()


def test_rows_are_put_side_by_side(client: Client, three: list[Run]) -> None:
    response = act(client, "compare", *three[:2])
    assert response["Location"].startswith("/compare/?run=")
    assert client.get(response["Location"]).status_code == 200


def test_rows_are_deleted_with_one_undo_for_all(client: Client, three: list[Run]) -> None:
    cells = compared(FLASH, GPT).cells()
    page = client.get(act(client, "delete", three[0], cells[0])["Location"]).content.decode()
    assert "3 runs deleted" in page
    assert set(Run.objects.all()) == set(three[1:])
    moment = re.search(r'name="deleted" value="([^"]+)"', page)
    assert moment
    client.post("/runs/restore/", {"deleted": moment[1]})
    assert Run.objects.count() == 5


@pytest.fixture
def _old_sqlite() -> Iterator[None]:
    """Few variables in a query: SQLite's own number was 999, then 32,766; Debian's is larger."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    usual = connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 999)
    yield
    connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, usual)


@pytest.mark.usefixtures("_old_sqlite")
@pytest.mark.parametrize("action", ["untag", "delete"])
def test_a_row_may_have_more_runs_than_a_query_has_variables(client: Client, action: str) -> None:
    firsts = [compared(FLASH, GPT).cells()[0] for _ in range(3)]
    for first in firsts:
        cells = [copy(first) for _ in range(400)]
        for position, cell in enumerate(cells, start=2):
            cell.pk, cell.position = uuid4(), position
            cell.status, cell.finished_at = RunStatus.FAILED, timezone.now()
        Run.objects.bulk_create(cells)
    assert act(client, action, *firsts, tag="bulk").status_code == 303
    assert Run.objects.count() == (0 if action == "delete" else 1206)


def test_what_is_being_sent_is_left_and_said_to_be(client: Client, three: list[Run]) -> None:
    Run.objects.filter(pk=three[0].pk).update(status=RunStatus.SUBMITTING)
    assert act(client, "delete", three[0]).status_code == 409
    act(client, "delete", *three)
    assert set(Run.objects.all()) == {three[0]}


def test_a_comparison_that_is_left_is_left_alone(client: Client) -> None:
    sent, waiting = compared(FLASH, GPT).cells()
    Run.objects.filter(pk=sent.pk).update(status=RunStatus.SUBMITTING)
    assert act(client, "delete", sent).status_code == 409
    waiting.refresh_from_db()
    assert waiting.status == RunStatus.QUEUED


def test_the_script_gets_the_rows_as_they_are_now(client: Client, three: list[Run]) -> None:
    fields = {"action": "star", "run": [one.pk for one in three[:2]]}
    text = client.post("/runs/selected/", fields, headers={"HX-Request": "true"}).content.decode()
    assert text.count('class="row"') == text.count('aria-pressed="true"') == 2
    assert text.count('id="undo"') == 1


def test_nothing_ticked_says_so(client: Client) -> None:
    response = act(client, "star")
    assert (response.status_code, b"No row is ticked" in response.content) == (422, True)


def test_too_many_rows_say_how_many_may_be_ticked(client: Client) -> None:
    many = [str(uuid4()) for _ in range(bulk.MAX_SELECTED_ROWS + 1)]
    response = client.post("/runs/selected/", {"action": "delete", "run": many})
    assert (response.status_code, b"at most 500" in response.content) == (422, True)


@pytest.mark.parametrize("action", ["", "nonsense", "tag"])
def test_an_action_that_is_none_changes_nothing(
    client: Client, three: list[Run], action: str
) -> None:
    assert act(client, action, *three).status_code in {303, 422}
    assert Run.objects.filter(starred=False).count() == 3


@pytest.mark.usefixtures("accounts")
def test_rows_of_others_are_not_there() -> None:
    run = create.submit(RunRequest(prompt="Mine", models=(FLASH,)), owner=member("ada"))
    assert isinstance(run, Run)
    for action in ("star", "delete", "tag", "csv", "compare"):
        assert act(signed_in(member(f"bob{action}")), action, run, tag="x").status_code == 422
    assert Run.objects.filter(starred=False).count() == 1


def test_ticked_rows_as_csv(client: Client, three: list[Run]) -> None:
    response = act(client, "csv", three[0], compared(FLASH, GPT, HAIKU).cells()[0])
    lines = list(csv.reader(text_of(response).splitlines()))
    assert (len(lines), lines[0][1]) == (5, "model")
    assert re.search(
        r'filename="runs-[\d-]+-for-spreadsheets\.csv"', response["Content-Disposition"]
    )


def test_ticked_rows_as_json_lines(client: Client, three: list[Run]) -> None:
    lines = text_of(act(client, "jsonl", *three)).splitlines()
    assert {json.loads(one)["id"] for one in lines} == {str(run.pk) for run in three}


@pytest.mark.parametrize(
    ("address", "found"),
    [("", 3), ("?q=question", 3), ("?q=nowhere", 0), ("?q=🙂", 0), (f"?model={GPT}", 0)],
)
def test_all_that_match_are_exported(
    client: Client, three: list[Run], address: str, found: int
) -> None:
    assert len(text_of(client.get(f"/runs/export.jsonl{address}")).splitlines()) == found
    assert len(text_of(client.get(f"/runs/export.csv{address}")).splitlines()) >= found + 1


def test_an_export_goes_on_past_a_page_and_stops_at_its_limit(
    client: Client, ask: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    from playground.history import pagination

    monkeypatch.setattr(pagination, "MAX_COUNTED", 4)
    for n in range(15):
        ask(f"Question {n:02}")
    lines = text_of(client.get("/runs/export.jsonl")).splitlines()
    assert [json.loads(one)["prompt"] for one in lines] == [
        f"Question {n:02}" for n in reversed(range(15))
    ]
    monkeypatch.setattr(export, "MAX_EXPORTED_RUNS", 7)
    assert len(text_of(client.get("/runs/export.jsonl")).splitlines()) == 7


def test_a_formula_in_a_prompt_stays_text(client: Client, carried: Press) -> None:
    carried("=1+1")
    assert "'=1+1" in text_of(client.get("/runs/export.csv"))
    exact = client.get("/runs/export.csv?as=exact")
    assert exact["Content-Disposition"].endswith('-exact.csv"')
    assert ",=1+1," in text_of(exact)


def test_half_of_a_surrogate_pair_does_not_break_the_file_off() -> None:
    output = {"output": "\ud83d"}  # as an older answer in SQLite may have; PostgreSQL keeps none
    assert json.loads(as_line(output).encode()) == output


def test_tags_are_put_on_rows_found_by_them_and_taken_off(client: Client, three: list[Run]) -> None:
    act(client, "tag", *three[:2], tag="  To  Check ")
    text = client.get("/runs/", {"tag": "to check"}).content.decode()
    assert text.count('class="row"') == text.count(">to check</a>") == 2
    act(client, "untag", three[0], tag="to check")
    assert RunTag.objects.count() == 1
    act(client, "untag", *three, tag="to check")
    assert tagging.known(LOCAL) == []


def test_a_comparison_is_found_by_the_tag_of_any_of_its_runs(client: Client) -> None:
    comparison = compared(FLASH, GPT)
    tagging.add([comparison.cells()[1]], "second", None)
    assert comparison.get_absolute_url() in client.get("/runs/", {"tag": "second"}).content.decode()


def test_tags_are_bounded(client: Client, three: list[Run]) -> None:
    for n in range(tagging.MAX_TAGS_PER_RUN):
        assert act(client, "tag", three[0], tag=f"tag {n}").status_code == 303
    assert b"at most 20" in act(client, "tag", three[0], tag="one more").content
    assert act(client, "tag", three[0], tag="tag 3").status_code == 303  # it is there already
    assert len(tagging.name_of("x" * 500)) == 40


def test_a_run_has_its_tags_on_its_page(client: Client, three: list[Run]) -> None:
    address = three[0].get_absolute_url()
    assert client.post(f"{address}tag/", {"tag": "<b>Odd</b>"})["Location"] == address
    assert "&lt;b&gt;odd&lt;/b&gt;" in client.get(address).content.decode()
    client.post(f"{address}tag/", {"remove": "<b>odd</b>"})
    assert not RunTag.objects.exists()


@pytest.mark.usefixtures("accounts")
def test_members_have_tags_of_their_own() -> None:
    for name in ("ada", "bob"):
        client, owner = signed_in(account := member(name)), account
        run = create.submit(RunRequest(prompt=name, models=(FLASH,)), owner=owner)
        assert isinstance(run, Run)
        client.post(f"/runs/{run.pk}/tag/", {"tag": "same"})
        client.post(f"/runs/{run.pk}/tag/", {"tag": f"of {name}"})
        text = client.get("/runs/", {"tag": "same"}).content.decode()
        assert (text.count('class="row"'), "of ada" in text) == (1, name == "ada")


def test_shared_runs_are_found(client: Client, three: list[Run]) -> None:
    from playground.sharing import links

    links.share(three[1], links.Choice())
    comparison = compared(FLASH, GPT)
    Run.objects.update(status=RunStatus.COMPLETED, finished_at=timezone.now())
    links.share(comparison, links.Choice())
    text = client.get("/runs/", {"shared": "1"}).content.decode()
    assert text.count('class="row"') == 2
    assert "Question 1" in text


def grown(client: Client, **fields: Any) -> Any:
    """Delete a comparison of two that got a third column after it was ticked."""
    comparison = compared(FLASH, GPT)
    first = comparison.cells()[0]
    columns.add(comparison, [HAIKU], "later")
    sent = {"action": "delete", "run": [f"{first.pk}~2"]}
    return client.post("/runs/selected/", sent, **fields)


def test_a_row_that_grew_since_it_was_ticked_is_not_deleted(client: Client) -> None:
    response = grown(client)
    assert (response.status_code, Run.objects.count()) == (422, 3)
    assert b"2 runs were shown, 3 are there. Nothing was deleted." in response.content


def test_the_script_gets_the_row_that_grew_as_it_is_now(client: Client) -> None:
    response = grown(client, headers={"HX-Request": "true"})
    text = response.content.decode()
    assert (response.status_code, text.count("data-problem")) == (409, 1)
    assert f'value="{Comparison.objects.get().cells()[0].pk}~3"' in text


def test_a_row_that_is_what_was_ticked_is_deleted(client: Client) -> None:
    comparison = compared(FLASH, GPT)
    for run in comparison.cells():
        run.cancel()
    row = f"{comparison.cells()[0].pk}~2"
    assert row.encode() in client.get("/runs/").content
    client.post("/runs/selected/", {"action": "delete", "run": [row]})
    assert not Run.objects.exists()
