"""Share links and projects by the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from playground.accounts.projects import members
from playground.sharing.models import Share
from tests.api.conftest import program, start, wrong
from tests.conftest import member

if TYPE_CHECKING:
    from collections.abc import Callable

    from playground.runs.models.run import Run

pytestmark = pytest.mark.django_db


def shares(api: Client, run: Run, **fields: Any) -> Any:
    return api.post(f"/api/runs/{run.pk}/shares/", fields, content_type="application/json")


def test_a_link_shows_the_run_without_what_is_left_out(
    api: Client, carried: Callable[..., Run]
) -> None:
    made = shares(api, carried("What is this?"), hide_costs=True, ends_after_days=7)
    assert made.status_code == 201
    shown = Client().get(made.json()["url"], headers={"Accept": "application/json"}).json()
    assert (shown["prompt"], "costs" in shown["hidden"]) == ("What is this?", True)
    assert made.json()["expires_at"]


def test_links_are_listed_until_they_are_revoked(api: Client, ask: Callable[..., Run]) -> None:
    run = ask()
    address = f"/api/runs/{run.pk}/shares/"
    made = shares(api, run).json()
    assert api.get(address).json()["items"] == [made]
    for _ in range(2):
        assert api.post(f"{address}{made['id']}/revoke/").status_code == 204
    assert api.get(address).json()["items"] == []
    assert Client().get(made["url"]).status_code == 404


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"ends_after_days": 8}, "ends_after_days"),
        ({"hide_costs": "yes"}, "hide_costs"),
        ({"leave_out": ["ab" * 32]}, "leave_out"),
        ({"hide_everything": True}, "hide_everything"),
    ],
)
def test_a_choice_that_cannot_be_is_said_by_its_field(
    api: Client, ask: Callable[..., Run], fields: dict[str, Any], name: str
) -> None:
    assert set(wrong(shares(api, ask(), **fields))) == {name}
    assert not Share.objects.exists()


def test_a_link_of_another_run_is_not_found(api: Client, ask: Callable[..., Run]) -> None:
    one, other = ask(), ask()
    made = shares(api, one).json()
    assert api.post(f"/api/runs/{other.pk}/shares/{made['id']}/revoke/").status_code == 404
    assert Share.objects.live().exists()


def test_projects_are_listed_with_the_role(accounts: Any) -> None:
    mira = member("mira")
    project = members.create("Receipts", mira)
    items = program(mira).get("/api/projects/").json()["items"]
    assert items == [{"id": project.pk, "name": "Receipts", "role": "keep"}]
    assert program(member("other")).get("/api/projects/").json()["items"] == []
    assert start(program(mira, "second"), project=project.pk).status_code == 201
