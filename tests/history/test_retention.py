"""Runs that are older than they are kept go, a week after that was said."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db.models import Q
from django.utils import timezone

from playground.accounts.audit.models import AuditEntry
from playground.accounts.projects.models import Project
from playground.history import deletion, retention
from playground.images import store
from playground.images.models import Image
from playground.runs.models.comparison import Comparison
from playground.runs.models.deletion import DeletionNotice
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.sharing import links
from playground.sharing.links import Choice
from playground.submission import create
from playground.submission.request import AttachedImage, RunRequest
from tests.conftest import FLASH, GPT, markup, member, png, signed_in
from tests.history.test_moving import Team, team

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db
__all__ = ["team"]


@pytest.fixture(autouse=True)
def _kept_for_a_month(settings: SettingsWrapper) -> None:
    settings.KEEP_RUNS_DAYS = 30


def made(days: float, *models: str, owner: Any = None, **fields: Any) -> Any:
    """Make a run, or a comparison of several, that ended so many days ago."""
    asked = RunRequest(prompt="An old question", models=models or (FLASH,), **fields)
    started = create.submit(asked, owner)
    at = timezone.now() - timedelta(days=days)
    runs = (
        started.runs.all() if isinstance(started, Comparison) else Run.objects.filter(pk=started.pk)
    )
    ended = {"status": RunStatus.COMPLETED, "finished_at": at}
    runs.update(created_at=at, listed_at=at, **ended)
    return started


def a_week_later() -> None:
    """Let the notices there are be a week older, and the runs with them."""
    DeletionNotice.objects.update(goes_at=timezone.now() - timedelta(minutes=1))
    retention.sweep()


def there(run: Run) -> bool:
    return Run.objects.filter(pk=run.pk).exists()


class TestWhatGoes:
    def test_an_old_run_is_announced_first_and_goes_a_week_later(self) -> None:
        run = made(24)
        assert retention.sweep() == 0
        assert DeletionNotice.objects.get().run_id == run.pk
        assert there(run)
        Run.objects.update(listed_at=timezone.now() - timedelta(days=31))
        a_week_later()
        assert not there(run)

    def test_a_younger_run_is_not_announced(self) -> None:
        made(22)
        retention.sweep()
        assert not DeletionNotice.objects.exists()

    def test_what_is_long_over_waits_its_week_too(self) -> None:
        run = made(900)
        for _ in range(3):
            assert retention.sweep() == 0
        assert there(run)

    def test_without_the_setting_nothing_goes(self, settings: SettingsWrapper) -> None:
        run = made(900)
        retention.sweep()
        settings.KEEP_RUNS_DAYS = 0
        a_week_later()
        assert there(run)
        assert not DeletionNotice.objects.exists()

    def test_a_longer_time_takes_the_notice_back(self, settings: SettingsWrapper) -> None:
        run = made(40)
        retention.sweep()
        settings.KEEP_RUNS_DAYS = 365
        a_week_later()
        assert there(run)

    def test_the_pictures_go_with_the_last_run_that_shows_them(self) -> None:
        image = store.store(png())
        old = {"created_at": timezone.now() - timedelta(days=40)}
        Image.objects.update(**old)
        for days in (40, 1):
            made(days, images=(AttachedImage(image=image),))
        announced_and_gone()
        assert Image.objects.exists()
        Run.objects.update(**old, listed_at=old["created_at"])
        announced_and_gone()
        assert not Image.objects.exists()

    def test_more_than_a_batch_goes_in_batches(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(retention, "BATCH_SIZE", 2)
        for _ in range(5):
            made(40)
        retention.sweep()
        a_week_later()
        assert not Run.objects.exists()

    def test_of_very_many_the_next_hour_takes_the_rest(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(retention, "MAX_RUNS_AN_HOUR", 2)
        for _ in range(3):
            made(40)
        retention.sweep()
        assert DeletionNotice.objects.count() == 2
        a_week_later()
        assert Run.objects.count() == 1


def announced_and_gone() -> None:
    retention.sweep()
    a_week_later()
    Run.everything.filter(deleted_at__isnull=False).update(
        deleted_at=timezone.now() - timedelta(minutes=2)
    )
    deletion.purge()


class TestWhatStays:
    def test_a_starred_run_stays(self) -> None:
        run = made(40)
        retention.sweep()
        Run.objects.update(starred=True)
        a_week_later()
        assert there(run)
        assert not DeletionNotice.objects.exists()

    def test_a_shared_run_stays_as_long_as_its_link_opens(self) -> None:
        run = made(40)
        link = links.share(run, Choice())
        retention.sweep()
        assert not DeletionNotice.objects.exists()
        links.revoke(type(link).objects.all())
        retention.sweep()
        assert DeletionNotice.objects.exists()

    def test_an_unstarred_run_has_a_week_again(self) -> None:
        run = made(900)
        Run.objects.update(starred=True)
        retention.sweep()
        Run.objects.update(starred=False)
        assert retention.sweep() == 0
        assert there(run)
        assert DeletionNotice.objects.get().goes_at > timezone.now() + timedelta(days=6)

    def test_a_run_that_was_starred_at_the_last_moment_stays(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run = made(40)
        retention.sweep()
        hide = deletion.hide

        def starred_meanwhile(*given: Any) -> Any:
            Run.objects.update(starred=True)
            return hide(*given)

        monkeypatch.setattr(retention, "hide", starred_meanwhile)
        a_week_later()
        assert there(run)

    @pytest.mark.parametrize("status", [RunStatus.QUEUED, RunStatus.PROCESSING])
    def test_what_is_in_flight_stays(self, status: str) -> None:
        made(40)
        Run.objects.update(status=status, finished_at=None)
        retention.sweep()
        assert not DeletionNotice.objects.exists()

    @pytest.mark.parametrize("kept", ["starred", "young", "shared", "all shared"])
    def test_a_comparison_stays_whole(self, kept: str) -> None:
        comparison = made(40, FLASH, GPT)
        one = comparison.runs.first()
        if kept == "shared":
            links.share(one, Choice())
        elif kept == "all shared":
            links.share(comparison, Choice())
        else:
            change = {"starred": True} if kept == "starred" else {"created_at": timezone.now()}
            Run.objects.filter(pk=one.pk).update(**change)
        retention.sweep()
        assert not DeletionNotice.objects.exists()

    def test_a_comparison_goes_whole(self) -> None:
        made(40, FLASH, GPT)
        announced_and_gone()
        assert not Comparison.objects.exists()


class TestWhatIsSaid:
    def test_history_counts_what_will_go(self, client: Client) -> None:
        for _ in range(2):
            made(40)
        retention.sweep()
        page = markup(client.get("/runs/"))
        assert "2 runs will be deleted, the first on" in page
        assert "runs are kept for 30 days here" in page

    def test_history_says_nothing_where_nothing_goes(self, client: Client) -> None:
        made(1)
        retention.sweep()
        assert "will be deleted" not in markup(client.get("/runs/"))

    @pytest.mark.usefixtures("accounts")
    def test_nobody_is_told_of_the_runs_of_others(self) -> None:
        mira = member()
        made(40, owner=mira)
        retention.sweep()
        assert "1 run will be deleted" in markup(signed_in(mira).get("/runs/"))
        assert "will be deleted" not in markup(signed_in(member("ada")).get("/runs/"))

    def test_the_page_of_a_run_says_when(self, client: Client) -> None:
        run = made(40)
        assert "will be deleted" not in markup(client.get(run.get_absolute_url()))
        retention.sweep()
        assert "This run will be deleted on" in markup(client.get(run.get_absolute_url()))

    def test_a_star_takes_the_words_away_at_once(self, client: Client) -> None:
        run = made(40)
        retention.sweep()
        Run.objects.update(starred=True)
        assert "will be deleted" not in markup(client.get(run.get_absolute_url()))
        assert "will be deleted" not in markup(client.get("/runs/"))

    def test_a_link_takes_the_words_away_at_once(self, client: Client) -> None:
        comparison = made(40, FLASH, GPT)
        retention.sweep()
        links.share(comparison, Choice())
        assert "will be deleted" not in markup(client.get(comparison.get_absolute_url()))

    def test_of_very_many_history_says_that_there_are_more(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("playground.runs.retention.MAX_COUNTED", 2)
        for _ in range(3):
            made(40)
        retention.sweep()
        assert "More than 2 runs will be deleted" in markup(client.get("/runs/"))

    def test_the_page_of_a_comparison_says_when(self, client: Client) -> None:
        comparison = made(40, FLASH, GPT)
        retention.sweep()
        page = markup(client.get(comparison.get_absolute_url()))
        assert "This comparison will be deleted on" in page

    def test_settings_say_for_how_long_runs_are_kept(self, client: Client) -> None:
        assert "30 days" in markup(client.get("/settings/"))


@pytest.mark.usefixtures("accounts")
class TestByProject:
    """`team` is a project of three, of which mira is no member."""

    @pytest.fixture(autouse=True)
    def _kept_for_a_week(self, accounts: None, team: Team) -> None:
        team.browser("keeper").post(f"/projects/{team.project}/keeping/", {"keep_days": "7"})

    def made_in(self, team: Team, days: float, *models: str) -> Any:
        started = made(days, *models, owner=team.worker)
        type(started).objects.filter(pk=started.pk).update(project=team.project)
        Run.objects.filter(Q(pk=started.pk) | Q(comparison=started.pk)).update(project=team.project)
        return started

    def test_its_runs_go_sooner_and_are_announced_first(self, team: Team) -> None:
        inside, outside = self.made_in(team, 8), made(8, owner=team.worker)
        assert retention.sweep() == 0
        assert DeletionNotice.objects.get().run_id == inside.pk
        a_week_later()
        assert (there(inside), there(outside)) == (False, True)

    def test_without_a_time_of_the_site_its_own_holds(
        self, team: Team, settings: SettingsWrapper
    ) -> None:
        settings.KEEP_RUNS_DAYS = 0
        inside, outside = self.made_in(team, 900), made(900, owner=team.worker)
        retention.sweep()
        a_week_later()
        assert (there(inside), there(outside)) == (False, True)

    def test_a_shorter_time_of_the_site_holds_for_it_too(
        self, team: Team, settings: SettingsWrapper
    ) -> None:
        settings.KEEP_RUNS_DAYS = 2
        self.made_in(team, 4)
        retention.sweep()
        assert DeletionNotice.objects.count() == 1

    @pytest.mark.parametrize("kept", ["starred", "shared"])
    def test_a_comparison_stays_whole(self, team: Team, kept: str) -> None:
        comparison = self.made_in(team, 8, FLASH, GPT)
        if kept == "shared":
            links.share(comparison, Choice())
        else:
            Run.objects.filter(pk=comparison.runs.first().pk).update(starred=True)
        retention.sweep()
        assert not DeletionNotice.objects.exists()

    def test_what_is_moved_in_has_its_week_and_what_is_moved_out_stays(self, team: Team) -> None:
        inside, outside = self.made_in(team, 8), made(8, owner=team.worker)
        retention.sweep()
        Run.objects.filter(pk=inside.pk).update(project=None)
        Run.objects.filter(pk=outside.pk).update(project=team.project)
        assert retention.sweep() == 0
        assert DeletionNotice.objects.get().run_id == outside.pk

    @pytest.mark.parametrize("address", ["/runs/", "/projects/{}/"])
    def test_every_member_is_told_how_many_go(self, team: Team, address: str) -> None:
        self.made_in(team, 8)
        retention.sweep()
        page = markup(team.browser("looker").get(address.format(team.project)))
        assert "1 run will be deleted" in page
        assert "runs in <bdi>Receipts</bdi> are kept for 7 days." in page

    def test_history_says_both_times_where_both_take_something(self, team: Team) -> None:
        self.made_in(team, 8)
        made(40, owner=team.worker)
        retention.sweep()
        page = markup(team.browser("worker").get("/runs/"))
        assert "runs are kept for 30 days here, in <bdi>Receipts</bdi> for 7 days." in page

    def test_the_page_of_a_run_names_the_project(self, team: Team) -> None:
        run = self.made_in(team, 8)
        retention.sweep()
        page = markup(team.browser("looker").get(run.get_absolute_url()))
        assert "runs in <bdi>Receipts</bdi> are kept for 7 days." in page

    def test_nobody_else_is_told_the_name_of_the_project(self, team: Team) -> None:
        self.made_in(team, 8)
        retention.sweep()
        assert "Receipts" not in markup(signed_in(member("mira")).get("/runs/"))

    @pytest.mark.parametrize("days", ["30", "8", "-1", "x", "\x00"])
    def test_a_time_that_is_not_offered_is_refused(self, team: Team, days: str) -> None:
        address = f"/projects/{team.project}/keeping/"
        answer = team.browser("keeper").post(address, {"keep_days": days})
        assert answer.status_code == 422
        assert Project.objects.get().keep_days == 7

    def test_the_choice_is_in_the_audit_log_and_can_be_taken_back(self, team: Team) -> None:
        team.browser("keeper").post(f"/projects/{team.project}/keeping/", {"keep_days": ""})
        assert Project.objects.get().keep_days is None
        told = AuditEntry.objects.filter(kind="project.keep_days").order_by("pk")
        assert [one.detail.partition(": ")[2] for one in told] == ["7 days", "as the site says"]
