"""Test sets and experiments in projects: who sees, edits and moves them, and what goes along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from playground.accounts.models import Account
from playground.accounts.visitor import Visitor
from playground.experiments import judging, progress
from playground.experiments.models.experiment import Experiment
from playground.experiments.models.test_set import TestSet
from playground.history import erasure
from playground.images.models import Image
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from tests.composer.experiments.forms import NEW, press
from tests.conftest import GPT, markup, member, signed_in
from tests.experiments.sets import answered, carry_all, started, version_of
from tests.history.test_moving import Team, team
from tests.history.test_moving import press as press_run

if TYPE_CHECKING:
    from playground.experiments.models.test_set import Version

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("accounts")]
__all__ = ["team"]


def moved(team: Team, who: str, item: Any, to: object = "") -> int:
    """Press Move on the page of a test set, a run, a comparison or an experiment."""
    address = f"{item.get_absolute_url()}move/"
    answer = team.browser(who).post(address, {"project": str(to or team.project)})
    return int(answer.status_code)


def set_in(team: Team, *expected: str, images: bool = False) -> Version:
    """A test set of `worker` that is in the project."""
    version = version_of(*expected or ("1",), owner=team.worker, images=images)
    TestSet.objects.update(project=team.project)
    version.test_set.refresh_from_db()
    return version


def statuses(team: Team, address: str) -> list[int]:
    names = ("worker", "keeper", "looker")
    found = [team.browser(name).get(address).status_code for name in names]
    other = Account.objects.filter(username="other").first() or member("other")
    return [*found, signed_in(other).get(address).status_code]


class TestSets:
    def test_one_that_is_moved_in_is_seen_by_all_members(self, team: Team) -> None:
        version = version_of("1", owner=team.worker, images=True)
        page, looker = version.test_set.get_absolute_url(), Visitor(account=team.looker)
        assert statuses(team, page) == [200, 404, 404, 404]
        assert not Image.objects.visible_to(looker).exists()
        assert moved(team, "worker", version.test_set) == 303
        assert statuses(team, page) == [200, 200, 200, 404]
        assert Image.objects.visible_to(Visitor(account=team.looker)).exists()
        assert "Receipts" in markup(team.browser("looker").get("/test-sets/"))

    def test_nobody_moves_in_what_others_made(self, team: Team) -> None:
        version = set_in(team)
        TestSet.objects.update(project=None)
        assert moved(team, "keeper", version.test_set) == 404
        assert TestSet.objects.get().project_id is None

    def test_who_looks_is_offered_nothing_to_change(self, team: Team) -> None:
        test_set = set_in(team).test_set
        page = markup(team.browser("looker").get(f"{test_set.get_absolute_url()}?add=1"))
        for words in ("Bring in more", "Rename", "edit=", "Add a case", "Move"):
            assert words not in page, words

    def test_who_works_edits_and_does_not_delete(self, team: Team) -> None:
        test_set, browser = set_in(team).test_set, team.browser("keeper")
        team.browser("keeper").post(
            f"/projects/{team.project}/members/{team.looker.pk}/", {"role": "work"}
        )
        browser, address = team.browser("looker"), test_set.get_absolute_url()
        assert browser.post(f"{address}rename/", {"name": "Sums"}).status_code == 303
        assert browser.post(f"{address}delete/").status_code == 403
        assert moved(team, "looker", test_set, "none") == 409
        assert TestSet.objects.there().get().name == "Sums"

    def test_a_keeper_takes_it_out_and_its_maker_has_it_back(self, team: Team) -> None:
        test_set = set_in(team).test_set
        assert moved(team, "keeper", test_set, "none") == 303
        assert statuses(team, test_set.get_absolute_url()) == [200, 404, 404, 404]

    def test_its_page_names_no_experiment_that_others_keep_to_themselves(self, team: Team) -> None:
        version = set_in(team)
        started(version, team.worker)
        pages = (version.test_set.get_absolute_url(), "/test-sets/")
        said = {
            name: [page_of(team, name, one).count("No experiment yet") for one in pages]
            for name in ("worker", "looker")
        }
        assert said == {"worker": [0, 0], "looker": [1, 1]}

    def test_cases_are_not_brought_into_one_that_one_may_only_look_at(self, team: Team) -> None:
        test_set = set_in(team).test_set
        answer = team.browser("looker").post("/imports/", {"set": str(test_set.pk)})
        assert answer.status_code == 403

    def test_it_stays_when_its_maker_is_erased(self, team: Team) -> None:
        test_set = set_in(team).test_set
        erasure.erase(team.worker)
        erasure.sweep()
        assert team.browser("looker").get(test_set.get_absolute_url()).status_code == 200

    def test_the_end_of_the_project_gives_it_back(self, team: Team) -> None:
        test_set, browser = set_in(team).test_set, team.browser("keeper")
        assert "1 test set" in markup(browser.get(f"/projects/{team.project}/end/"))
        browser.post(f"/projects/{team.project}/end/")
        assert statuses(team, test_set.get_absolute_url()) == [200, 404, 404, 404]

    def test_the_page_of_the_project_lists_it(self, team: Team) -> None:
        set_in(team, "1", "2")
        offered = "New experiment<span" in page_of(team, "worker", f"/projects/{team.project}/")
        page = page_of(team, "looker", f"/projects/{team.project}/")
        assert offered
        assert "2 cases" in page
        assert "New experiment<span" not in page


def page_of(team: Team, name: str, address: str) -> str:
    return markup(team.browser(name).get(address))


class TestExperiments:
    def test_one_is_started_in_a_project_with_all_its_runs(self, team: Team) -> None:
        version = set_in(team, "1", "2")
        answer = press(team.browser("worker"), version, confirmed="2", project=str(team.project))
        assert answer.status_code == 303
        assert statuses(team, answer["Location"]) == [200, 200, 200, 404]
        assert set(Run.objects.values_list("project", flat=True)) == {team.project}

    def test_the_form_offers_the_projects_that_one_works_in(self, team: Team) -> None:
        version_of("1", owner=team.worker)
        named = f'<option value="{team.project}" selected>Receipts, seen by 3 members</option>'
        assert named in page_of(team, "worker", f"{NEW}?project={team.project}")
        assert 'name="project"' not in page_of(team, "looker", NEW)

    def test_editing_one_and_running_it_again_stays_in_its_project(self, team: Team) -> None:
        experiment = started(set_in(team), team.worker, project=team.project)
        page = page_of(team, "keeper", f"{NEW}?from={experiment.pk}")
        assert f'<option value="{team.project}" selected>' in page

    @pytest.mark.parametrize("name", ["looker", "keeper"])
    def test_none_is_started_where_one_does_not_work(self, team: Team, name: str) -> None:
        version = version_of("1", owner=getattr(team, name))
        other = team.project if name == "looker" else 999_999
        answer = press(team.browser(name), version, confirmed="1", project=str(other))
        assert (answer.status_code, Experiment.objects.count()) == (422, 0)
        assert "You do not work in this project" in markup(answer)

    def test_the_same_token_in_another_project_is_another_form(self, team: Team) -> None:
        version = version_of("1", owner=team.worker)
        press(team.browser("worker"), version, confirmed="1")
        answer = press(team.browser("worker"), version, confirmed="1", project=str(team.project))
        assert Experiment.objects.count() == 1
        assert answer.status_code == 422

    def test_one_goes_in_whole_with_the_runs_of_its_judge(self, team: Team) -> None:
        experiment = started(version_of("1", owner=team.worker), team.worker)
        answered(experiment, "11")
        judge = judging.start(experiment, GPT, "Is it right?", team.worker)
        assert judge.comparison
        assert moved(team, "worker", experiment) == 303
        assert set(Comparison.objects.values_list("project", flat=True)) == {team.project}
        assert set(Run.objects.values_list("project", flat=True)) == {team.project}

    def test_what_it_asks_after_it_was_moved_is_in_the_project_too(
        self, team: Team, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(progress, "FIRST_BATCH", 1)
        monkeypatch.setattr(progress, "WINDOW", 2)
        experiment = started(version_of("1", "2", owner=team.worker), team.worker)
        assert moved(team, "worker", experiment) == 303
        carry_all(experiment)
        assert Run.objects.filter(project=team.project).count() == experiment.total == 4

    def test_a_member_who_does_not_see_its_test_set_is_led_to_none(self, team: Team) -> None:
        version = version_of("1", owner=team.worker)
        experiment = started(version, team.worker, project=team.project)
        link = version.test_set.get_absolute_url()
        pages = [
            page_of(team, name, experiment.get_absolute_url()) for name in ("worker", "looker")
        ]
        assert [link in page for page in pages] == [True, False]


class TestMovingFromAPage:
    def test_it_is_offered_to_who_works_in_a_project(self, team: Team) -> None:
        experiment = started(version_of("1", owner=team.worker), team.worker)
        address = experiment.get_absolute_url()
        assert "Move to project" in page_of(team, "worker", address)
        alone = started(version_of("1", owner=team.looker), team.looker)
        assert "Move to project" not in page_of(team, "looker", alone.get_absolute_url())

    def test_a_run_goes_in_and_comes_out_again(self, team: Team) -> None:
        run = _run(team)
        assert moved(team, "worker", run) == 303
        assert statuses(team, run.get_absolute_url()) == [200, 200, 200, 404]
        assert moved(team, "keeper", run, "none") == 303
        assert statuses(team, run.get_absolute_url()) == [200, 404, 404, 404]

    def test_who_took_out_what_others_started_is_led_to_history(self, team: Team) -> None:
        run = _run(team)
        moved(team, "worker", run)
        browser, data = team.browser("keeper"), {"project": "none"}
        answer = browser.post(f"{run.get_absolute_url()}move/", data)
        assert answer["Location"] == "/runs/"

    @pytest.mark.parametrize("to", ["unknown", "999999", "-1"])
    def test_a_project_that_is_none_takes_nothing(self, team: Team, to: str) -> None:
        run = _run(team)
        assert moved(team, "worker", run, to) == 409
        assert moved(team, "worker", version_of("1", owner=team.worker).test_set, to) == 409
        assert Run.objects.get().project_id is None


def _run(team: Team) -> Run:
    """A run of `worker` that is in no comparison, and has ended."""
    press_run(team.browser("worker"))
    return Run.objects.get()
