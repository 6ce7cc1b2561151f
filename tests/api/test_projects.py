"""Projects and notes by the API: where a program starts things, what it lists, what it writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from playground.accounts.projects import members
from playground.experiments.models.test_set import TestSet
from playground.runs.models.note import MAX_NOTE_LENGTH, Note
from playground.runs.models.run import Run
from tests.api.conftest import program, start, wrong
from tests.conftest import FLASH, GPT, member
from tests.history.test_moving import Team, team

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
__all__ = ["team"]
with_accounts = pytest.mark.usefixtures("accounts")


def written(api: Client, address: str, **body: Any) -> Any:
    return api.post(address, body, content_type="application/json")


@with_accounts
def test_what_a_program_starts_in_a_project_says_so(team: Team) -> None:
    told = {"id": team.project, "name": "Receipts"}
    for models in ([FLASH], [FLASH, GPT]):
        made = start(program(team.worker, models[-1]), models=models, project=team.project)
        assert (made.status_code, made.json()["project"]) == (201, told)
    listed = program(team.looker).get("/api/runs/").json()["items"]
    assert [one["project"] for one in listed] == [told, told]


@with_accounts
@pytest.mark.parametrize("project", [0, -1, 1.5, "1", [], True, 10**20])
def test_what_is_no_project_is_refused_by_its_name(team: Team, project: Any) -> None:
    assert list(wrong(start(program(team.worker), project=project))) == ["project"]


@with_accounts
def test_a_program_starts_nothing_where_its_owner_does_not_work(team: Team) -> None:
    for person in (team.looker, member("other")):
        fields = wrong(start(program(person), project=team.project))
        assert "do not work in this project" in fields["project"][0]
    assert not Run.objects.exists()


def test_a_local_playground_has_no_project_to_start_in(api: Client) -> None:
    assert list(wrong(start(api, project=1))) == ["project"]
    assert list(wrong(api.get("/api/runs/?project=1"))) == ["project"]
    assert start(api, project=None).json()["project"] is None


@with_accounts
def test_lists_are_filtered_by_project(team: Team) -> None:
    api = program(team.worker)
    start(api, project=team.project)
    alone = start(api).json()["id"]
    found = api.get("/api/runs/?project=none").json()["items"]
    assert [one["id"] for one in found] == [alone]
    assert len(api.get(f"/api/runs/?project={team.project}").json()["items"]) == 1


@with_accounts
def test_a_foreign_project_is_no_filter(team: Team) -> None:
    other = members.create("Other", member("other")).pk
    for project in (other, "x", "0"):
        address = f"/api/runs/?project={project}"
        assert list(wrong(program(team.worker, str(project)).get(address))) == ["project"]


@pytest.mark.parametrize("models", [[FLASH], [FLASH, GPT]])
def test_a_note_is_written_changed_and_deleted(api: Client, models: list[str]) -> None:
    made = start(api, models=models)
    address = made["Location"]
    note = written(api, f"{address}notes/", text="Right.")
    assert (note.status_code, note.json()["text"], note.json()["by"]) == (201, "Right.", None)
    one = f"{address}notes/{note.json()['id']}/"
    changed = written(api, one, text="Wrong.").json()
    assert (changed["text"], changed["edited_at"] is not None) == ("Wrong.", True)
    assert [found["text"] for found in api.get(address).json()["notes"]] == ["Wrong."]
    codes = [api.post(f"{one}delete/").status_code for _ in range(2)]
    assert (codes, api.get(address).json()["notes"]) == ([204, 404], [])


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({}, "text"),
        ({"text": None}, "text"),
        ({"text": 1}, "text"),
        ({"text": "  "}, "text"),
        ({"text": "x" * (MAX_NOTE_LENGTH + 1)}, "text"),
        ({"text": "x", "by": "me"}, "by"),
    ],
)
def test_what_is_no_note_is_refused(api: Client, body: dict[str, Any], name: str) -> None:
    address = start(api)["Location"]
    assert list(wrong(written(api, f"{address}notes/", **body))) == [name]
    assert not Note.objects.exists()


@with_accounts
def test_a_program_changes_no_note_of_others_and_looks_only_where_its_owner_does(
    team: Team,
) -> None:
    address = start(program(team.worker), project=team.project)["Location"]
    note = written(program(team.worker, "2"), f"{address}notes/", text="Mine").json()
    assert note["by"] == "worker"
    one = f"{address}notes/{note['id']}/"
    codes = [
        written(program(person), one, text="x").status_code for person in (team.keeper, team.looker)
    ]
    assert codes == [404, 403]
    refused = written(program(team.looker, "2"), f"{address}notes/", text="x")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_yours")


def experiment(api: Client, project: Any) -> Any:
    body = {"prompt": "Why?", "variants": [{"model": FLASH}], "cases": [{"question": "Why?"}]}
    return written(api, "/api/experiments/", **body, project=project)


@with_accounts
def test_an_experiment_starts_in_a_project_with_its_test_set(team: Team) -> None:
    made = experiment(program(team.worker), team.project)
    told = {"id": team.project, "name": "Receipts"}
    assert (made.status_code, made.json()["project"]) == (201, told)
    looker = program(team.looker)
    assert looker.get(made["Location"]).json()["project"] == told
    assert [one["project"] for one in looker.get("/api/experiments/").json()["items"]] == [told]
    assert TestSet.objects.get().project_id == team.project


@with_accounts
def test_an_experiment_starts_in_no_project_where_its_owner_does_not_work(team: Team) -> None:
    api = program(team.looker)
    for project in (team.project, 0, "1"):
        fields = wrong(experiment(api, project))
        assert list(fields) == ["project"]
    assert not TestSet.objects.exists()
