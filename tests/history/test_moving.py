"""What goes into a project and out of it, what it costs whom, and what its end gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from playground.accounts.projects import members
from playground.composer.presets.models import Preset
from playground.history import deletion
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.sharing import links
from playground.sharing.models import Share
from playground.spending.models import Press
from tests.conftest import FLASH, GPT, HAIKU, form, member, signed_in

if TYPE_CHECKING:
    from django.test import Client

    from playground.accounts.models import Account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("accounts")]


@dataclass
class Team:
    project: int
    keeper: Account
    worker: Account
    looker: Account

    def browser(self, name: str) -> Client:
        return signed_in(getattr(self, name))


@pytest.fixture
def team() -> Team:
    keeper, worker, looker = (member(name) for name in ("keeper", "worker", "looker"))
    project = members.create("Receipts", keeper).pk
    members.add(project, keeper, "worker", "work")
    members.add(project, keeper, "looker", "look")
    return Team(project, keeper, worker, looker)


def press(browser: Client, **fields: Any) -> str:
    """Press Run and let nothing of it run; returns the address."""
    address = browser.post("/runs/", form(**fields))["Location"]
    for run in Run.objects.filter(status="queued"):
        run.cancel()
    return str(address)


def ticked(browser: Client, *runs: Run, to: object) -> Any:
    data = {"run": [str(run.pk) for run in runs], "action": "move", "project": str(to)}
    return browser.post("/runs/selected/", data)


def test_what_is_started_in_a_project_is_seen_by_its_members_alone(team: Team) -> None:
    address = press(team.browser("worker"), project=str(team.project))
    seen = [team.browser(name).get(address).status_code for name in ("keeper", "looker")]
    assert seen == [200, 200]
    assert signed_in(member("other")).get(address).status_code == 404


def test_a_run_is_moved_in_by_who_started_it(team: Team) -> None:
    address = press(team.browser("worker"))
    assert team.browser("looker").get(address).status_code == 404
    assert ticked(team.browser("worker"), Run.objects.get(), to=team.project).status_code == 303
    assert team.browser("looker").get(address).status_code == 200


def test_a_comparison_goes_whole_with_cells_that_were_deleted(team: Team) -> None:
    address = press(team.browser("worker"), models=[FLASH, GPT, HAIKU])
    first, second, _ = Run.objects.order_by("position")
    deletion.delete([second])
    ticked(team.browser("worker"), first, to=team.project)
    assert set(Run.everything.values_list("project", flat=True)) == {team.project}
    assert team.browser("keeper").get(address).status_code == 200


def test_nobody_moves_in_what_others_started(team: Team) -> None:
    press(team.browser("worker"), project=str(team.project))
    other = members.create("Other", team.keeper).pk
    answer = ticked(team.browser("keeper"), Run.objects.get(), to=other)
    assert (answer.status_code, Run.objects.get().project_id) == (409, team.project)
    assert b"what you started" in answer.content


@pytest.mark.parametrize("to", ["unknown", "", "999999"])
def test_a_project_that_is_none_takes_nothing(team: Team, to: str) -> None:
    press(team.browser("worker"))
    assert ticked(team.browser("worker"), Run.objects.get(), to=to).status_code in {409, 422}
    assert Run.objects.get().project_id is None


def test_who_looks_moves_nothing_in_and_nothing_out(team: Team) -> None:
    press(team.browser("looker"))
    browser, run = team.browser("looker"), Run.objects.get()
    assert ticked(browser, run, to=team.project).status_code == 409
    Run.objects.update(project=team.project)
    assert ticked(browser, run, to="none").status_code == 403
    assert Run.objects.get().project_id == team.project


def test_a_keeper_gives_back_what_others_added_with_the_comparison(team: Team) -> None:
    address = press(team.browser("worker"), models=[FLASH, GPT], project=str(team.project))
    team.browser("keeper").post(f"{address}add/", {"models": [HAIKU], "form_token": "more"})
    added = Run.objects.get(model_id=HAIKU)
    added.cancel()
    assert added.owner == team.keeper
    ticked(team.browser("keeper"), added, to="none")
    assert {run.owner for run in Run.objects.all()} == {team.worker}
    assert b"claude-3-haiku" in team.browser("worker").get(address).content
    assert team.browser("keeper").get(address).status_code == 404


def test_what_runs_stays_until_it_has_ended(team: Team) -> None:
    team.browser("worker").post("/runs/", form(project=str(team.project)))
    answer = ticked(team.browser("worker"), Run.objects.get(), to="none")
    assert (answer.status_code, Run.objects.get().project_id) == (409, team.project)


def test_who_presses_again_in_a_project_pays(team: Team, settings: Any) -> None:
    settings.LIMITS = settings.LIMITS | {"MEMBER_RUNS_DAY": 2}
    address = press(team.browser("worker"), project=str(team.project))
    browser = team.browser("keeper")
    browser.post(f"{address}rerun/", {"form_token": "a"})
    browser.post(f"{address}retry/", {"form_token": "b"})
    refused = browser.post(f"{address}rerun/", {"form_token": "c"})
    assert refused.status_code == 429
    owners = Run.objects.filter(project=team.project).order_by("created_at")
    assert [run.owner for run in owners] == [team.worker, team.keeper, team.keeper]
    assert Press.objects.filter(account=team.keeper).count() == 2


def test_the_same_button_pressed_by_two_members_is_one_retry(team: Team) -> None:
    address = press(team.browser("worker"), project=str(team.project))
    for name in ("worker", "keeper"):
        team.browser(name).post(f"{address}retry/", {"form_token": "drawn"})
    assert Run.objects.filter(retry_of__isnull=False).count() == 1


def test_the_end_gives_everything_back_and_keeps_links(team: Team) -> None:
    mine = press(team.browser("worker"), project=str(team.project))
    theirs = press(team.browser("keeper"), models=[FLASH, GPT], project=str(team.project))
    link = links.share(Comparison.objects.get(), links.Choice())
    Preset.objects.create(
        owner=team.worker, name="P", prompt="p", digest="p", project_id=team.project
    )
    page = team.browser("keeper").get(f"/projects/{team.project}/end/").content.decode()
    assert "1 run, 1 preset" in page.replace("\n", "") or "1 preset" in page
    assert team.browser("keeper").post(f"/projects/{team.project}/end/").status_code == 303
    seen = [
        [team.browser(who).get(one).status_code for one in (mine, theirs)]
        for who in ("worker", "keeper")
    ]
    assert seen == [[200, 404], [404, 200]]
    assert Preset.objects.get().project_id is None
    assert Share.objects.live().get() == link


def test_a_project_does_not_end_while_something_runs(team: Team) -> None:
    team.browser("worker").post("/runs/", form(project=str(team.project)))
    answer = team.browser("keeper").post(f"/projects/{team.project}/end/")
    assert answer.status_code == 409
    assert team.browser("looker").get(f"/projects/{team.project}/").status_code == 200
