"""The runs of one case are one case."""

from __future__ import annotations

import pytest

from playground.experiments.statistics.repeats import majority, mean_score


@pytest.mark.parametrize(
    ("repeats", "verdict"),
    [
        ([True, True, False], True),
        ([True, False, False], False),
        ([True, False], False),
        ([True, None, None], True),
        ([None, None], None),
        ([], None),
    ],
)
def test_most_of_the_decided_repeats_decide_and_a_tie_is_wrong(repeats, verdict):
    assert majority(repeats) is verdict


def test_the_score_of_a_case_is_the_mean_of_those_there_are():
    assert mean_score([0.5, None, 1.0]) == 0.75
    assert mean_score([None]) is None
