"""Answers are marked by rule when their runs end, and again when the rules change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playground.experiments import marking
from playground.experiments.models.mark import Mark
from playground.experiments.outcome import outcome_of
from tests.conftest import FLASH
from tests.experiments.sets import carry_all, started, version_of

if TYPE_CHECKING:
    from playground.experiments.models.experiment import Experiment
    from tests.fakes.wavespeed import FakeWaveSpeed

pytestmark = pytest.mark.django_db

NUMBER = {"rule": "number", "within": 0.5}


@pytest.fixture
def experiment(upstream: FakeWaveSpeed) -> Experiment:
    """Three cases, of which the answer "It is 42." is right for the first."""
    upstream.configure(answer={FLASH: "It is 42."})
    experiment = started(version_of("42", "43", ""), models=(FLASH,), rules=(NUMBER,))
    carry_all(experiment)
    return experiment


def said(experiment: Experiment) -> list[tuple[bool | None, str]]:
    marks = Mark.objects.filter(run__comparison=experiment.pk).order_by("run__position")
    return list(marks.values_list("right", "read"))


def test_each_answer_is_marked_when_its_run_ends(experiment: Experiment) -> None:
    assert said(experiment)[:2] == [(True, "42"), (False, "42")]


def test_a_case_without_an_expected_value_gets_no_verdict(experiment: Experiment) -> None:
    mark = Mark.objects.get(run__position=200)
    assert (mark.right, mark.note) == (None, "The case has no expected value.")


def test_other_rules_mark_again_without_new_runs(
    experiment: Experiment, upstream: FakeWaveSpeed
) -> None:
    marking.replace_rules(experiment, [{"rule": "number", "within": 1}])
    assert [right for right, _ in said(experiment)] == [True, True, None]
    assert len(upstream.submissions) == 3


def test_the_first_of_several_rules_decides(experiment: Experiment) -> None:
    marking.replace_rules(experiment, [NUMBER, {"rule": "contains"}])
    experiment.refresh_from_db()
    assert Mark.objects.count() == 6
    standing = outcome_of(experiment).standings[0]
    assert (standing.right, standing.n) == (1, 2)


def test_what_was_not_marked_is_marked_at_the_end(experiment: Experiment) -> None:
    Mark.objects.all().delete()
    marking.mark_missing(experiment)
    marking.mark_missing(experiment)
    assert [right for right, _ in said(experiment)] == [True, False, None]


def test_every_mark_counts_the_revision_up(experiment: Experiment) -> None:
    before = experiment.revision
    marking.replace_rules(experiment, [NUMBER])
    experiment.refresh_from_db()
    assert experiment.revision > before
