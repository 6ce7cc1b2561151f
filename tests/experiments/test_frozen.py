"""What a link keeps of an experiment, and who has to be able to read it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from playground.experiments.frozen import freeze, thaw
from tests.experiments.sets import answered, started, version_of

pytestmark = pytest.mark.django_db
# Of one variant. The release before takes no other: it runs beside this one during an upgrade.
KEYS = {
    *("variant", "n", "right", "interval", "score", "score_interval"),
    *("cost", "seconds", "tokens_in", "tokens_out", "failed"),
}


@pytest.fixture
def kept() -> dict[str, Any]:
    """Of ten cases, five of which are marked."""
    experiment = started(version_of(*"0123456789"))
    answered(experiment, *["yn"] * 5, *[".."] * 5, provider="wavespeed", price="0.01")
    found: dict[str, Any] = json.loads(json.dumps(freeze(experiment, []), default=str))
    return found


def test_the_release_before_knows_all_that_is_kept_of_a_variant(kept: dict[str, Any]) -> None:
    assert [set(one) for one in kept["standings"]] == [KEYS, KEYS]


def test_what_a_case_costs_is_of_all_that_were_asked(kept: dict[str, Any]) -> None:
    standings = thaw(kept, costs=True).outcome.standings
    assert [(one.n, one.asked) for one in standings] == [(5, 10), (5, 10)]
    assert {one.cost_of_case for one in standings} == {Decimal("0.01")}


def test_a_link_of_the_release_before_has_costs_of_what_is_marked(kept: dict[str, Any]) -> None:
    del kept["asked"]
    standings = thaw(kept, costs=True).outcome.standings
    assert {one.cost_of_case for one in standings} == {Decimal("0.02")}
