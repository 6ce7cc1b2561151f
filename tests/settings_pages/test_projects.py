"""The pages of projects, the switch in the composer and in History, and what is not there."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from playground.accounts.projects import members
from playground.accounts.projects.models import Membership, Project
from playground.composer.presets.models import Preset
from playground.runs.models.run import Run
from playground.spending.by_project import spending_of
from tests.conftest import FLASH, GPT, form, markup, member, signed_in
from tests.history.test_moving import Team, press, team

if TYPE_CHECKING:
    from typing import Any
pytestmark = pytest.mark.django_db
__all__ = ["team"]
with_accounts = pytest.mark.usefixtures("accounts")


def page_of(team: Team, name: str, address: str = "") -> str:
    return markup(team.browser(name).get(address or f"/projects/{team.project}/"))


@with_accounts
def test_a_project_is_made_and_its_maker_is_led_to_it() -> None:
    browser = signed_in(member("mira"))
    answer = browser.post("/projects/", {"name": "  Receipts, autumn "}, follow=True)
    assert '<h1 dir="auto">Receipts, autumn</h1>' in markup(answer)
    assert "You are the only keeper" in markup(answer)


@with_accounts
@pytest.mark.parametrize("name", ["", "   ", "\x00"])
def test_a_project_without_a_name_is_not_made(name: str) -> None:
    answer = signed_in(member("mira")).post("/projects/", {"name": name})
    assert (answer.status_code, Project.objects.count()) == (422, 0)
    assert b"needs a name" in answer.content


@with_accounts
@pytest.mark.parametrize(
    ("name", "keeps", "works"),
    [("keeper", True, True), ("worker", False, True), ("looker", False, False)],
)
def test_the_page_offers_what_one_may_do(team: Team, name: str, keeps: bool, works: bool) -> None:
    page = page_of(team, name)
    assert ("Add a member" in page, "Change or end" in page) == (keeps, keeps)
    assert ("Run here" in page, "Move runs in" in page) == (works, works)


@with_accounts
def test_a_name_that_nobody_has_stays_in_the_field(team: Team) -> None:
    data = {"username": "nobody<b>", "role": "work"}
    answer = team.browser("keeper").post(f"/projects/{team.project}/members/", data)
    assert answer.status_code == 422
    assert 'value="nobody&lt;b&gt;"' in answer.content.decode()


@with_accounts
def test_a_member_gets_another_role_and_is_let_go(team: Team) -> None:
    browser, address = team.browser("keeper"), f"/projects/{team.project}/members/{team.worker.pk}/"
    browser.post(address, {"role": "look"})
    assert Membership.objects.get(account=team.worker).role == "look"
    browser.post(address, {"role": "keep", "remove": "1"})
    assert not Membership.objects.filter(account=team.worker).exists()
    assert browser.post(address, {"remove": "1"}).status_code == 404


@with_accounts
def test_who_leaves_finds_their_runs_gone_at_once(team: Team) -> None:
    address = press(team.browser("worker"), project=str(team.project))
    browser = team.browser("worker")
    assert browser.post(f"/projects/{team.project}/leave/").status_code == 303
    assert browser.get(address).status_code == 404
    assert browser.get(f"{address}status/?seen=x").status_code == 404
    assert b"What is this?" not in browser.get("/runs/").content


@with_accounts
def test_a_poll_that_waits_is_woken_when_somebody_leaves(team: Team, monkeypatch: Any) -> None:
    team.browser("worker").post("/runs/", form(project=str(team.project)))
    told: list[Any] = []
    monkeypatch.setattr(
        "playground.settings_pages.projects.announce", lambda *keys, **_: told.extend(keys)
    )
    team.browser("worker").post(f"/projects/{team.project}/leave/")
    assert told == [Run.objects.get().pk]


@with_accounts
def test_the_composer_asks_nobody_who_is_in_no_project(team: Team) -> None:
    fields = ['name="project"' in page_of(team, name, "/") for name in ("worker", "looker")]
    assert fields == [True, False]  # who may look only has nowhere to run
    assert b'name="project"' not in signed_in(member("newcomer")).get("/").content
    assert b'name="project"' not in signed_in(member("second")).get("/runs/").content


@with_accounts
def test_run_here_opens_the_composer_with_the_project(team: Team) -> None:
    page = page_of(team, "worker", f"/?project={team.project}")
    assert f'<option value="{team.project}" selected>Receipts, seen by 3 members</option>' in page


@with_accounts
@pytest.mark.parametrize("project", ["0", "-1", "999999999999999999999", "x", "\x00"])
def test_a_project_that_is_none_of_ones_own_starts_nothing(team: Team, project: str) -> None:
    answer = team.browser("worker").post("/runs/", form(project=project))
    assert (answer.status_code, Run.objects.count()) == (422, 0)
    assert b"You do not work in this project" in answer.content
    assert team.browser("looker").post("/runs/", form(project=str(team.project))).status_code == 422


@with_accounts
def test_who_was_let_go_in_another_tab_keeps_what_was_typed(team: Team) -> None:
    browser = team.browser("worker")
    members.remove(team.project, team.keeper, team.worker.pk)
    answer = browser.post("/runs/", form(prompt="Kept words", project=str(team.project)))
    assert answer.status_code == 422
    assert b"Kept words" in answer.content


@with_accounts
def test_the_same_form_in_another_project_is_another_press(team: Team) -> None:
    browser = team.browser("worker")
    browser.post("/runs/", form(project=str(team.project), form_token="t"))
    answer = browser.post("/runs/", form(form_token="t"))
    assert (answer.status_code, Run.objects.count()) == (422, 1)


@with_accounts
def test_history_filters_by_project(team: Team) -> None:
    press(team.browser("worker"), prompt="In the project", project=str(team.project))
    press(team.browser("worker"), prompt="For me alone")
    pages = [page_of(team, "worker", f"/runs/?project={one}") for one in ("", "none", team.project)]
    assert ["In the project" in page for page in pages] == [True, False, True]
    assert ["For me alone" in page for page in pages] == [True, True, False]
    assert "For me alone" not in page_of(team, "keeper", "/runs/")
    assert "by worker," in page_of(team, "keeper", "/runs/")


@with_accounts
def test_history_of_a_foreign_project_is_empty(team: Team) -> None:
    press(team.browser("worker"), prompt="In the project", project=str(team.project))
    browser = signed_in(member("other"))
    assert b"In the project" not in browser.get(f"/runs/?project={team.project}").content
    assert b"In the project" not in browser.get(f"/runs/?project={team.project}&q=project").content


@with_accounts
def test_a_run_names_no_ancestor_that_its_reader_may_not_see(team: Team) -> None:
    secret = press(team.browser("worker"), prompt="What is this?")
    run = Run.objects.get()
    again = team.browser("worker").post(f"{secret}rerun/", {"form_token": "a"})["Location"]
    Run.objects.exclude(pk=run.pk).update(project=team.project)
    page = page_of(team, "keeper", again)
    assert str(run.pk) not in page.replace(again, "")
    assert "Run again of" not in page
    assert "Run again of" in page_of(team, "worker", again)


@with_accounts
def test_a_preset_of_a_project_is_used_by_all_and_kept_by_who_works(team: Team) -> None:
    data = form(prompt="Read {{what}}", project=str(team.project), form_token="t")
    team.browser("worker").post("/presets/", data)
    preset = Preset.objects.get()
    assert preset.project_id == team.project
    assert "Read {{what}}" in page_of(team, "looker", f"/?preset={preset.pk}")
    rename = f"/presets/{preset.pk}/rename/"
    codes = [
        team.browser(who).post(rename, {"name": who}).status_code for who in ("looker", "keeper")
    ]
    assert codes == [403, 303]


@with_accounts
def test_rows_say_how_many_notes_they_have(team: Team) -> None:
    address = press(team.browser("worker"), project=str(team.project))
    pair = press(team.browser("worker"), models=[FLASH, GPT], project=str(team.project))
    for one in (address, pair, pair):
        team.browser("worker").post(f"{one}notes/", {"note": "Right."})
    page = page_of(team, "looker")
    assert "1 note<" in page
    assert "2 notes<" in page


@with_accounts
def test_spending_is_shown_by_month_and_person(team: Team) -> None:
    press(team.browser("worker"), project=str(team.project))
    press(team.browser("keeper"), project=str(team.project))
    done = {"status": "completed", "provider": "wavespeed", "price": Decimal("0.006")}
    Run.objects.update(**done)
    Run.objects.filter(owner=team.keeper).update(charged=Decimal("0.25"))
    found = spending_of(team.project)
    assert (found.total, found.people) == (
        Decimal("0.256"),
        [("keeper", Decimal("0.25")), ("worker", Decimal("0.006"))],
    )
    assert [amount for _, amount in found.months] == [Decimal("0.256")]
    assert "$0.256" in page_of(team, "looker")


def test_a_local_playground_has_nothing_of_it() -> None:
    client = Client()
    assert client.get("/projects/").status_code == 404
    pages = [client.get(address).content for address in ("/", "/runs/", "/settings/", "/presets/")]
    words = (b'name="project"', b"/projects/", b">Projects<", b"Any project")
    assert not any(word in page for page in pages for word in words)
    assert client.post("/runs/", form(project="1")).status_code == 422
    assert not Run.objects.exists()


@with_accounts
def test_a_lookers_page_has_a_word_in_place_of_buttons(team: Team) -> None:
    address = press(team.browser("worker"), project=str(team.project))
    assert 'class="run-page looks"' in page_of(team, "looker", address)
    assert 'class="run-page"' in page_of(team, "worker", address)
    answer = team.browser("looker").post(f"{address}star/", {"starred": "1"})
    assert answer.status_code == 403
    assert b"Ask one of its keepers" in answer.content
