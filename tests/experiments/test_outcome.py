"""What the marks of an experiment add up to: for each variant, each pair, each tag."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from playground.comparisons.labels import labels_of
from playground.experiments.decision import decision_of
from playground.experiments.models.mark import Mark, Source
from playground.experiments.outcome import Outcome, outcome_of
from playground.experiments.statistics.pairs import Verdict
from tests.experiments.sets import answered, started, version_of

if TYPE_CHECKING:
    from playground.experiments.models.experiment import Experiment

pytestmark = pytest.mark.django_db


def ten(*verdicts: str, **values: object) -> Outcome:
    """Ten cases; those that are not named are right in both columns."""
    return outcome_of(experiment_of(*verdicts, **values))


def experiment_of(*verdicts: str, **values: object) -> Experiment:
    experiment = started(version_of(*"0123456789"))
    answered(experiment, *verdicts, *["yy"] * (10 - len(verdicts)), **values)
    return experiment


def test_each_variant_has_its_right_of_n() -> None:
    found = [(one.right, one.n) for one in ten("ny", "ny", "nn").standings]
    assert found == [(7, 10), (9, 10)]


def test_what_failed_or_was_not_decided_is_no_case() -> None:
    found = [(one.right, one.n, one.failed) for one in ten("-y", ".y").standings]
    assert found == [(8, 8, 1), (10, 10, 0)]


def test_an_interval_is_wilsons() -> None:
    interval = ten("ny", "ny", "ny").standings[0].interval
    assert interval is not None
    assert [round(one, 3) for one in interval] == [0.397, 0.892]


def test_under_ten_cases_there_is_no_interval_and_no_verdict() -> None:
    experiment = started(version_of(*"123"))
    answered(experiment, "yn", "yn", "yn")
    outcome = outcome_of(experiment)
    assert outcome.standings[0].interval is None
    assert outcome.pairs[0].verdict is Verdict.TOO_FEW


def test_repeats_are_one_case() -> None:
    experiment = started(version_of("1"), repeats=3)
    answered(experiment, "yynnny")
    assert [(one.right, one.n) for one in outcome_of(experiment).standings] == [(1, 1), (0, 1)]


def test_a_pair_counts_who_alone_is_right() -> None:
    pair = ten("yn", "yn", "ny", "nn").pairs[0]
    assert (pair.both, pair.only_a, pair.only_b, pair.neither) == (6, 2, 1, 1)


def test_the_cost_and_the_time_are_of_all_runs() -> None:
    standing = ten(provider="wavespeed", price=Decimal("0.01"), tokens_in=7).standings[0]
    assert (standing.cost.amount, standing.seconds, standing.tokens_in) == (Decimal("0.10"), 2, 7)


def test_what_a_case_costs_is_of_all_that_were_asked_marked_or_not() -> None:
    price = Decimal("0.01")
    marked = [".y", ".n", ".y", ".n"]
    outcome = ten(*marked, provider="wavespeed", price=price)
    assert [(one.n, one.asked, one.cost_of_case) for one in outcome.standings] == [
        (6, 10, price),
        (10, 10, price),
    ]


def test_the_price_of_certainty_is_that_of_so_many_cases() -> None:
    outcome = ten("ny", "..", "..", provider="wavespeed", price=Decimal("0.01"))
    decided = replace(outcome.pairs[0], verdict=Verdict.UNDECIDED, more_cases=50)
    labels = labels_of([one.variant for one in outcome.standings])
    decision = decision_of(replace(outcome, pairs=[decided]), labels, 0, 1)
    assert decision
    assert "About 50 more images, about $1.00," in decision.forecast


def test_tags_count_their_own_cases() -> None:
    experiment = experiment_of("ny", "-y")
    experiment.version.cases.filter(position__lt=3).update(tags=["small"])
    [tag] = outcome_of(experiment).tags
    assert (tag.tag, tag.cases, tag.right) == ("small", 3, ((1, 2), (3, 3)))


def test_marks_of_people_stand_apart() -> None:
    experiment = experiment_of()
    run = experiment.comparison.runs.get(position=0)
    Mark.objects.create(run=run, source=Source.PERSON, right=False)
    standing = outcome_of(experiment, Source.PERSON).standings[0]
    assert (standing.right, standing.n) == (0, 1)


def test_a_retry_takes_the_place_of_what_failed() -> None:
    experiment = experiment_of("-y")
    failed = experiment.comparison.runs.get(position=0)
    failed.pk, failed.retry_of_id, failed.form_token = None, failed.pk, "again"
    failed.status = "completed"
    failed.save(force_insert=True)
    assert outcome_of(experiment).standings[0].failed == 0
