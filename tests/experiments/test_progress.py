"""An experiment is started once, created in batches, paused, resumed and ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from playground.experiments import progress
from playground.experiments.models.experiment import Experiment, State
from playground.history import deletion
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.submission.create import TokenReusedError
from playground.tasks import DOORS
from tests.conftest import FLASH, GPT
from tests.experiments.sets import carry_all, plan_of, started, version_of

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from tests.fakes.wavespeed import FakeWaveSpeed

pytestmark = pytest.mark.django_db


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of which a test sees several."""
    monkeypatch.setattr(progress, "WINDOW", 4)
    monkeypatch.setattr(progress, "FIRST_BATCH", 2)


def test_each_case_is_asked_of_each_variant_with_its_own_question() -> None:
    experiment = started(version_of("1", "2"))
    cells = [(run.row, run.column, run.model_id, run.prompt) for run in _runs(experiment)]
    assert cells == [
        (0, 0, FLASH, "What is thing 0?"),
        (0, 1, GPT, "What is thing 0?"),
        (1, 0, FLASH, "What is thing 1?"),
        (1, 1, GPT, "What is thing 1?"),
    ]


def test_repeats_stand_next_to_each_other() -> None:
    experiment = started(version_of("1"), repeats=3)
    assert [run.model_id for run in _runs(experiment)] == [FLASH] * 3 + [GPT] * 3


def test_the_images_of_a_case_go_with_its_runs() -> None:
    experiment = started(version_of("1", "2", images=True))
    names = [[image.name for image in run.images.all()] for run in _runs(experiment)]
    assert names == [["0.png"], ["0.png"], ["1.png"], ["1.png"]]


def test_a_question_of_a_case_takes_the_place_of_the_prompt() -> None:
    version = version_of("1")
    version.cases.update(question="How many {{thing}}s?")
    assert {run.prompt for run in _runs(started(version))} == {"How many thing 0s?"}


def test_a_repeated_press_starts_nothing() -> None:
    plan = plan_of(version_of("1"), form_token="pressed twice")
    first, second = progress.start(plan), progress.start(plan)
    assert (first[1], second) == (True, (first[0], False))
    assert Run.objects.count() == 2


def test_another_plan_with_the_same_token_is_refused() -> None:
    version = version_of("1")
    progress.start(plan_of(version, form_token="one"))
    with pytest.raises(TokenReusedError):
        progress.start(plan_of(version, form_token="one", repeats=2))


def test_a_press_creates_few_runs_and_leaves_the_others_to_workers(small: None) -> None:
    experiment = progress.start(plan_of(version_of(*"12345")))[0]
    assert _made(experiment) == 2
    DOORS["go_on"].call_local(str(experiment.pk))
    assert _made(experiment) == 4


def test_runs_are_created_as_those_before_them_end(small: None, upstream: FakeWaveSpeed) -> None:
    experiment = started(version_of(*"12345"))
    assert _made(experiment) == 4
    carry_all(experiment)
    assert (experiment.made, experiment.state) == (10, State.ENDED)
    assert len(upstream.submissions) == 10


def test_advancing_twice_creates_nothing_twice(small: None) -> None:
    experiment = started(version_of(*"12345"))
    progress.advance(experiment.pk)
    progress.advance(experiment.pk)
    assert _made(experiment) == 4


def test_the_sweep_goes_on_where_a_word_was_lost(small: None) -> None:
    experiment = started(version_of(*"12345"))
    for run in _runs(experiment):
        run.cancel_unsent()
    progress.sweep()
    assert _made(experiment) == 8


def test_a_paused_experiment_sends_nothing(small: None, upstream: FakeWaveSpeed) -> None:
    experiment = started(version_of(*"12345"))
    assert progress.pause(experiment)
    carry_all(experiment)
    assert (experiment.state, upstream.submissions) == (State.PAUSED, [])


def test_what_a_provider_puts_back_meanwhile_waits_for_the_end_of_the_pause(small: None) -> None:
    experiment = started(version_of(*"12345"))
    sent = _runs(experiment)[0]
    sent.claim("worker")
    sent.begin_submission({})
    progress.pause(experiment)
    sent.put_back(not_before=timezone.now(), reason="rate_limited")
    assert not Run.objects.claimable().exists()
    progress.resume(experiment)
    assert Run.objects.claimable().filter(pk=sent.pk).exists()


@pytest.mark.parametrize("address", ["/runs/{run}/retry/", "/compare/{experiment}/retry/"])
def test_a_retry_waits_for_the_end_of_the_pause_too(
    small: None, client: Client, upstream: FakeWaveSpeed, address: str
) -> None:
    experiment = started(version_of("1"))
    failed = _runs(experiment)[0]
    failed.finish(RunStatus.FAILED, error_kind="failed")
    progress.pause(experiment)
    client.post(address.format(run=failed.pk, experiment=experiment.pk), {"run": str(failed.pk)})
    assert (experiment.comparison.runs.count(), Run.objects.claimable().count()) == (3, 0)
    progress.resume(experiment)
    carry_all(experiment)
    assert (experiment.state, len(upstream.submissions)) == (State.ENDED, 2)


def test_it_goes_on_when_it_is_resumed(small: None, upstream: FakeWaveSpeed) -> None:
    experiment = started(version_of(*"12345"))
    progress.pause(experiment)
    assert progress.resume(experiment)
    carry_all(experiment)
    assert (experiment.state, len(upstream.submissions)) == (State.ENDED, 10)


def test_ending_it_cancels_what_was_not_sent(small: None) -> None:
    experiment = started(version_of(*"12345"))
    assert progress.end(experiment)
    experiment.refresh_from_db()
    assert (experiment.state, experiment.made) == (State.ENDED, 4)
    assert {run.status for run in _runs(experiment)} == {RunStatus.CANCELLED}


def test_what_a_provider_puts_back_after_the_end_is_cancelled(small: None) -> None:
    experiment = started(version_of(*"12345"))
    sent = _runs(experiment)[0]
    sent.claim("worker")
    sent.begin_submission({})
    progress.end(experiment)
    sent.put_back(not_before=timezone.now(), reason="rate_limited")
    progress.sweep()
    experiment.refresh_from_db()
    sent.refresh_from_db()
    assert (sent.status, experiment.state) == (RunStatus.CANCELLED, State.ENDED)


def test_what_was_sent_goes_on_after_the_end(small: None) -> None:
    experiment = started(version_of(*"12345"))
    _runs(experiment)[0].finish(RunStatus.COMPLETED)
    sent = _runs(experiment)[1]
    sent.claim("worker")
    sent.begin_submission({})
    progress.end(experiment)
    experiment.refresh_from_db()
    assert experiment.state == State.ENDING
    sent.finish(RunStatus.COMPLETED)
    progress.advance(experiment.pk)
    experiment.refresh_from_db()
    assert experiment.state == State.ENDED


def test_a_limit_that_passes_is_waited_for(small: None, settings: SettingsWrapper) -> None:
    settings.LIMITS = {"SITE_RUNS_DAY": 3}
    experiment = started(version_of(*"12345"))
    experiment.refresh_from_db()
    assert experiment.state == State.RUNNING
    assert "Everybody here together may start 3 runs a day" in experiment.why


def _runs(experiment: Experiment) -> list[Run]:
    return list(experiment.comparison.runs.order_by("position"))


def _made(experiment: Experiment) -> int:
    experiment.refresh_from_db()
    assert experiment.comparison.runs.count() == experiment.made
    return experiment.made


def test_a_deleted_experiment_asks_nothing_more(small: None, upstream: FakeWaveSpeed) -> None:
    experiment = started(version_of(*"12345"))
    deletion.delete(_runs(experiment))
    progress.sweep()
    progress.advance(experiment.pk)
    assert Run.everything.count() == 4
    assert upstream.submissions == []


def test_it_goes_on_where_the_deletion_is_taken_back(small: None) -> None:
    experiment = started(version_of(*"12345"))
    deletion.delete(_runs(experiment))
    Run.everything.update(deleted_at=None)
    progress.sweep()
    assert _made(experiment) == 8


def test_no_column_is_added_to_what_is_planned(client: Client) -> None:
    experiment = started(version_of("1"))
    answer = client.post(f"{experiment.get_absolute_url()}add/", {"models": [GPT]})
    assert answer.status_code == 422
    assert client.get(experiment.get_absolute_url()).status_code == 200
    assert len(_runs(experiment)) == 2
