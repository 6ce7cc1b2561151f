"""An erased account ends at once, all that is its own goes, what others count on stays."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.utils import timezone

from playground.accounts import members
from playground.accounts.models import Account, Invitation
from playground.accounts.projects import members as projects
from playground.accounts.projects.models import Project, Role
from playground.api import tokens
from playground.composer.presets import library
from playground.connections import keys
from playground.connections.models import StoredKey
from playground.experiments.models.experiment import Experiment
from playground.experiments.models.test_set import TestSet
from playground.history import deletion, erasure, moving
from playground.images import store
from playground.images.models import Image
from playground.runs.models.comparison import Comparison
from playground.runs.models.note import Note
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.sharing import links
from playground.spending.models import Press
from playground.submission import create
from playground.submission.request import AttachedImage, RunRequest
from tests.conftest import FLASH, GPT, PASSWORD, member, png, signed_in
from tests.experiments.sets import started, version_of

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("accounts")]


@pytest.fixture
def mira() -> Account:
    return member(email="mira@example.org")


def ran(owner: Account, *models: str, status: str = RunStatus.COMPLETED, **fields: Any) -> Any:
    made = create.submit(RunRequest(prompt="Mine", models=models or (FLASH,), **fields), owner)
    ended = {} if status == RunStatus.QUEUED else {"finished_at": timezone.now()}
    Run.objects.filter(owner=owner).update(status=status, **ended)
    return made


def swept() -> None:
    """Let the worker come by as often as it takes, a day after."""
    Account.objects.exclude(erased_at=None).update(erased_at=timezone.now() - timedelta(days=1))
    for _ in range(3):
        erasure.sweep()
        hidden = Run.everything.filter(deleted_at__isnull=False)
        hidden.update(deleted_at=timezone.now() - timedelta(minutes=2))
        deletion.purge()


class TestAtOnce:
    def test_nobody_signs_in_as_it_and_its_sessions_end(self, mira: Account) -> None:
        browser = signed_in(mira)
        erasure.erase(mira)
        assert browser.get("/").status_code == 401
        answer = Client().post("/sign-in/", {"username": "mira", "password": PASSWORD})
        assert answer.status_code == 422

    def test_its_tokens_and_links_open_nothing(self, mira: Account) -> None:
        token = tokens.make("nightly", mira)
        link = links.share(ran(mira), links.Choice())
        erasure.erase(mira)
        sent = {"Authorization": f"Bearer {token.secret}"}
        assert Client().get("/api/runs/", headers=sent).status_code == 401
        assert Client().get(f"/s/{link.token}/").status_code == 404

    def test_nothing_of_it_is_sent_any_more(self, mira: Account) -> None:
        run = ran(mira, status=RunStatus.QUEUED)
        experiment = started(version_of("1", "2", owner=mira), mira)
        erasure.erase(mira)
        run.refresh_from_db()
        experiment.refresh_from_db()
        assert run.status == RunStatus.CANCELLED
        assert not Run.objects.filter(owner=mira, status=RunStatus.QUEUED).exists()
        assert experiment.state == "ended"

    def test_its_name_and_email_are_free(self, mira: Account) -> None:
        erasure.erase(mira)
        assert member(email="mira@example.org").pk != mira.pk

    def test_who_was_invited_is_not_said_any_more(self, mira: Account) -> None:
        Invitation.objects.create(note="for Mira Lindqvist", used_by=mira, used_at=timezone.now())
        erasure.erase(mira)
        assert Invitation.objects.get().note == ""

    def test_it_cannot_be_let_in_again(self, mira: Account) -> None:
        chief = member("chief", is_staff=True)
        erasure.erase(mira)
        members.set_active(mira.pk, chief, active=True)
        assert not Account.objects.get(pk=mira.pk).is_active


class TestWhatGoes:
    def test_everything_that_is_its_own(self, mira: Account) -> None:
        ran(mira, images=(AttachedImage(image=store.store(png(), account=mira)),))
        ran(mira, FLASH, GPT)
        experiment = started(version_of("1", owner=mira), mira)
        library.save(library.content_of_run(Run.objects.all()[0]), mira, "Mine")
        keys.keep("wavespeed", mira, "own-key-of-mira-0123456789", mira)
        assert experiment
        erasure.erase(mira)
        swept()
        for rows in (Run.everything, Comparison.objects, Experiment.objects, TestSet.objects):
            assert not rows.exists()
        assert not StoredKey.objects.exists()
        assert not Account.objects.exists()

    def test_its_images_go_unless_others_show_them(self, mira: Account) -> None:
        both, mine = store.store(png()), store.store(png("red"))
        for image in (both, mine):
            ran(mira, images=(AttachedImage(image=image),))
        ran(member("ada"), images=(AttachedImage(image=both),))
        erasure.erase(mira)
        swept()
        assert list(Image.objects.all()) == [both]

    def test_what_is_being_sent_waits_and_goes_later(self, mira: Account) -> None:
        ran(mira, status=RunStatus.COMPLETED)
        sending = ran(mira)
        Run.objects.filter(pk=sending.pk).update(status=RunStatus.SUBMITTING, finished_at=None)
        erasure.erase(mira)
        swept()
        assert list(Run.everything.all()) == [sending]
        Run.objects.update(status=RunStatus.UNKNOWN, finished_at=timezone.now())
        swept()
        assert not Account.objects.exists()

    def test_many_runs_go_a_part_at_a_time(
        self, mira: Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(erasure, "MAX_RUNS_A_MINUTE", 2)
        for _ in range(3):
            ran(mira)
        erasure.erase(mira)
        erasure.sweep()
        assert Run.objects.count() == 1

    def test_its_notes_below_the_runs_of_others(self, mira: Account) -> None:
        theirs = ran(member("ada"))
        Note.objects.create(run=theirs, writer=mira, text="Mine", html="", renderer_version=1)
        erasure.erase(mira)
        swept()
        assert not Note.objects.exists()


class TestProjects:
    @pytest.fixture
    def project(self, mira: Account) -> Project:
        return projects.create("Lab", mira)

    def test_what_it_started_there_stays_without_a_name(
        self, mira: Account, project: Project
    ) -> None:
        ada = member("ada")
        projects.add(project.pk, mira, "ada", Role.KEEP)
        run = ran(mira)
        Run.objects.update(project=project)
        keys.keep("wavespeed", mira, "own-key-of-mira-0123456789", mira)
        erasure.erase(mira)
        swept()
        assert signed_in(ada).get(run.get_absolute_url()).status_code == 200
        assert not StoredKey.objects.exists()
        left = Account.objects.get(pk=mira.pk)
        assert (left.username.startswith("erased-"), left.email) == (True, "")

    def test_it_is_gone_once_nothing_of_it_is_left_there(
        self, mira: Account, project: Project
    ) -> None:
        ada = member("ada")
        projects.add(project.pk, mira, "ada", Role.KEEP)
        ran(mira)
        Run.objects.update(project=project)
        erasure.erase(mira)
        moving.end(project.pk, ada)
        swept()
        assert not Run.everything.exists()
        assert not Account.objects.filter(pk=mira.pk).exists()

    def test_the_only_keeper_makes_another_one_first(self, mira: Account, project: Project) -> None:
        member("ada")
        projects.add(project.pk, mira, "ada", Role.WORK)
        with pytest.raises(erasure.LastKeeperError):
            erasure.erase(mira)
        assert Account.objects.get(pk=mira.pk).is_active

    def test_where_an_administrator_erases_the_longest_member_becomes_keeper(
        self, mira: Account, project: Project
    ) -> None:
        for name, role in (("late", Role.LOOK), ("ada", Role.WORK)):
            member(name)
            projects.add(project.pk, mira, name, role)
        erasure.erase(mira, hand_over=True)
        assert project.memberships.get(role=Role.KEEP).account.username == "ada"

    def test_a_project_of_nobody_else_ends_with_it(self, mira: Account, project: Project) -> None:
        ran(mira)
        Run.objects.update(project=project)
        erasure.erase(mira)
        swept()
        assert not Project.objects.exists()
        assert not Account.objects.exists()


class TestWhatStays:
    def test_what_is_others(self, mira: Account) -> None:
        ada = member("ada")
        run = ran(ada)
        erasure.erase(mira)
        swept()
        assert Run.objects.get() == run
        assert signed_in(ada).get(run.get_absolute_url()).status_code == 200

    def test_what_was_pressed_counts_for_everybody_without_a_name(
        self, mira: Account, settings: SettingsWrapper
    ) -> None:
        settings.LIMITS = {"SITE_RUNS_DAY": 10}
        ran(mira)
        erasure.erase(mira)
        swept()
        assert Press.objects.get().account is None

    def test_links_to_new_passwords_that_it_kept_stay_dead(self, settings: SettingsWrapper) -> None:
        chief, ada = member("chief", is_staff=True), member("ada")
        member("other", is_staff=True)
        kept = members.reset_tokens.make_token(ada)
        erasure.erase(chief)
        erasure.sweep()
        assert not members.reset_tokens.check_token(ada, kept)
        assert Account.objects.filter(pk=chief.pk).exists()
        settings.PASSWORD_RESET_TIMEOUT = 0
        erasure.sweep()
        assert not Account.objects.filter(pk=chief.pk).exists()

    def test_the_last_administrator(self) -> None:
        chief = member("chief", is_staff=True)
        member("gone", is_staff=True, is_active=False)
        with pytest.raises(erasure.LastAdministratorError):
            erasure.erase(chief)
        assert Account.objects.get(pk=chief.pk).is_active
