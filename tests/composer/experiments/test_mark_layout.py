"""Mark the answers: whatever a comparison looks like, its runs stand where an experiment looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from playground.comparisons.blind import voting
from playground.experiments import from_comparison, judging
from playground.experiments.from_comparison import Layout
from playground.experiments.models.experiment import Experiment
from playground.experiments.models.mark import Mark
from playground.experiments.models.test_set import TestSet
from playground.experiments.outcome import outcome_of
from playground.images.store import store
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.submission import columns, create
from playground.submission.request import AttachedImage, RunRequest
from playground.submission.sweeps import Sweep
from playground.worker import execution
from tests.conftest import FLASH, GPT, HAIKU, markup, member, png, signed_in
from tests.experiments.sets import answered as end
from tests.experiments.sets import started, version_of
from tests.experiments.test_rules_page import rule
from tests.history.test_moving import Team, team

if TYPE_CHECKING:
    from django.test import Client

    from tests.fakes.wavespeed import FakeWaveSpeed

pytestmark = pytest.mark.django_db
__all__ = ["team"]
RULES = ({"rule": "equals"},)


@pytest.fixture(autouse=True)
def models(upstream: FakeWaveSpeed) -> None:
    """Each model answers its own name."""
    upstream.configure(answer=lambda body: body["model"])


def asked(images: int = 1, models: tuple[str, ...] = (FLASH, GPT), **fields: Any) -> Comparison:
    """Ask about each image on its own, until all have answered."""
    pictures = tuple(
        AttachedImage(store(png(size=(20 + n, 20))), name=f"{n}.png") for n in range(images)
    )
    request = RunRequest("Which?", models, images=pictures, each_image=True, **fields)
    comparison = create.submit(request)
    assert isinstance(comparison, Comparison)
    return carried(comparison)


def carried(comparison: Comparison) -> Comparison:
    for run in comparison.cells():
        execution.execute(run.pk)
    return comparison


def marked(comparison: Comparison, *expected: str) -> Experiment:
    return from_comparison.make(comparison, None, dict(enumerate(expected)), RULES)


def right() -> dict[str, bool | None]:
    """What is marked, by image and model."""
    marks = Mark.objects.order_by("run__position").select_related("run")
    return {f"{one.run.row} {one.run.model_id}": one.right for one in marks}


def refusal(client: Client, comparison: Comparison) -> str:
    text = markup(client.get(f"{comparison.get_absolute_url()}mark/"))
    assert "<textarea" not in text
    return text


def remove(*runs: Run, for_good: bool = True) -> None:
    """Delete as a person does; for good, once that cannot be taken back any more."""
    for run in runs:
        run.delete() if for_good else Run.objects.filter(pk=run.pk).update(deleted_at=run.listed_at)


class TestColumns:
    def test_equal_columns_are_repeats(self) -> None:
        experiment = marked(asked(2, sweep=Sweep(repeats=3)), FLASH, GPT)
        assert (experiment.repeats, experiment.total) == (3, 12)
        assert [one.model_id for one in experiment.variants.all()] == [FLASH, GPT]

    def test_values_of_a_sweep_are_variants(self) -> None:
        experiment = marked(asked(2, (FLASH,), sweep=Sweep((0.0, 1.0))), FLASH, FLASH)
        assert [one.temperature for one in experiment.variants.all()] == [0.0, 1.0]

    def test_a_model_that_was_asked_again_later_is_a_repeat(self) -> None:
        comparison = asked(2)
        columns.add(comparison, [FLASH, GPT], "again")
        experiment = marked(carried(comparison), FLASH, FLASH)
        models = [run.model_id for run in comparison.cells()]
        assert experiment.repeats == 2
        assert models == [FLASH, FLASH, GPT, GPT] * 2
        assert [one.n for one in outcome_of(experiment).standings] == [2, 2]

    def test_unequal_repeats_are_variants_of_their_own(self) -> None:
        comparison = asked(2)
        columns.add(comparison, [FLASH], "again")
        experiment = marked(carried(comparison), FLASH, FLASH)
        assert (experiment.repeats, experiment.variants.count()) == (1, 3)

    def test_none_is_added_to_what_is_marked(self) -> None:
        comparison = asked(2)
        stale = Comparison.objects.select_related("experiment").get(pk=comparison.pk)
        marked(comparison)
        with pytest.raises(columns.TooManyCellsError):
            columns.add(stale, [HAIKU], "another window")

    def test_more_than_an_experiment_compares_are_refused(self, client: Client) -> None:
        comparison = asked(2, (FLASH,), sweep=Sweep(tuple(n / 10 for n in range(13))))
        assert "It has 13 columns" in refusal(client, comparison)


class TestDeleted:
    def test_a_cell_is_left_out(self) -> None:
        comparison = asked(2)
        remove(comparison.cells()[1])
        marked(comparison, FLASH, FLASH)
        assert right() == {f"0 {FLASH}": True, f"1 {FLASH}": True, f"1 {GPT}": False}

    def test_a_row_and_a_column_leave_no_gap(self) -> None:
        comparison = asked(3, (FLASH, GPT, HAIKU))
        cells = comparison.cells()
        remove(*(run for run in cells if run.row == 1 or run.model_id == GPT))
        experiment = marked(comparison, FLASH, "gone", HAIKU)
        assert right() == {
            f"0 {FLASH}": True,
            f"0 {HAIKU}": False,
            f"1 {FLASH}": False,
            f"1 {HAIKU}": True,
        }
        assert (experiment.comparison.rows, experiment.total) == (2, 4)

    def test_what_was_deleted_a_moment_ago_comes_back_to_its_place(self) -> None:
        comparison = asked(2)
        remove(*comparison.cells()[:2], for_good=False)
        experiment = marked(comparison, FLASH, FLASH)
        Run.everything.update(deleted_at=None)
        assert [run.position for run in comparison.cells()] == [0, 1, 100, 101]
        assert experiment.comparison.rows == 2

    def test_places_past_the_columns_of_a_row_are_of_that_row(self) -> None:
        comparison = asked(1)
        Run.objects.filter(model_id=GPT).update(position=205)
        marked(comparison, FLASH)
        assert right() == {f"0 {FLASH}": True, f"0 {GPT}": False}

    def test_runs_that_have_to_move_end_first(self, client: Client) -> None:
        comparison = asked(3)
        remove(*comparison.cells()[:2])
        Run.objects.filter(position=201).update(status="processing", finished_at=None)
        assert "once all its runs have ended" in refusal(client, comparison)
        with pytest.raises(from_comparison.NotMarkableError):
            marked(comparison)

    def test_a_retry_stands_for_what_failed(self) -> None:
        comparison = asked(2)
        failed = comparison.cells()[0]
        Run.objects.filter(pk=failed.pk).update(status="failed", output="")
        columns.retry_failed(comparison, [failed.pk])
        marked(carried(comparison), FLASH, FLASH)
        assert right()[f"0 {FLASH}"] is True
        assert len(Layout.of(comparison).cells) == 4


class TestRefused:
    def test_a_blind_one_that_was_revealed(self, client: Client) -> None:
        comparison = asked(1, blind=True)
        voting.reveal(comparison)
        assert "its vote stands as it was given" in refusal(client, comparison)

    def test_a_sealed_one_says_nothing(self, client: Client) -> None:
        answer = client.get(f"{asked(1, blind=True).get_absolute_url()}mark/")
        assert "Mark the answers" not in markup(answer)

    def test_a_further_question(self, client: Client) -> None:
        comparison = asked(1)
        client.post(f"{comparison.get_absolute_url()}follow/", {"prompt": "Why?"})
        further = Comparison.objects.exclude(pk=comparison.pk).get()
        assert "goes on from earlier answers" in refusal(client, further)
        assert "goes on" not in markup(client.get(f"{comparison.get_absolute_url()}mark/"))

    def test_the_runs_of_a_judge(self, client: Client) -> None:
        experiment = started(version_of("y"))
        end(experiment, "yn")
        judge = judging.start(experiment, HAIKU, "Is it right?")
        assert judge.comparison
        assert "Mark that experiment instead" in refusal(client, judge.comparison)

    @pytest.mark.usefixtures("accounts")
    def test_of_others(self, team: Team) -> None:
        comparison = asked(2)
        Comparison.objects.update(owner=team.worker, project=team.project)
        address = f"{comparison.get_absolute_url()}mark/"
        assert signed_in(member("stranger")).get(address).status_code == 404
        assert "You may look" in markup(team.browser("looker").get(address))
        assert team.browser("looker").post(address, {"keep": "1"}).status_code == 403
        assert not Experiment.objects.exists()

    @pytest.mark.usefixtures("accounts")
    def test_in_a_project_the_test_set_is_of_who_presses(self, team: Team) -> None:
        comparison = asked(2)
        Comparison.objects.update(owner=team.worker, project=team.project)
        address = f"{comparison.get_absolute_url()}mark/"
        answer = team.browser("keeper").post(address, rule("equals"))
        test_set = TestSet.objects.get()
        assert answer.status_code == 303
        assert (test_set.owner, test_set.project_id) == (team.keeper, team.project)


class TestImages:
    def test_an_address_that_was_never_stored_is_said_and_left_out(self, client: Client) -> None:
        kept = AttachedImage(store(png()), name="kept.png")
        passed = AttachedImage(url="https://example.com/a.png", as_address=True)
        comparison = create.submit(RunRequest("Which?", (FLASH, GPT), images=(kept, passed)))
        assert isinstance(comparison, Comparison)
        text = markup(client.get(f"{comparison.get_absolute_url()}mark/"))
        assert "1 image was passed on as an address" in text
        marked(carried(comparison), FLASH)
        case = TestSet.objects.get().versions.get().cases.get()
        assert [one.name for one in case.images.all()] == ["kept.png"]
        assert case.note
