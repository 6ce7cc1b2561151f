"""The rules of an experiment are changed on a page, and its answers are marked again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playground.experiments.models.mark import Mark
from playground.experiments.versions import editing, restore
from tests.conftest import markup
from tests.experiments.sets import answered, started, version_of

if TYPE_CHECKING:
    from django.test import Client

    from playground.experiments.models.experiment import Experiment
    from playground.experiments.models.test_set import Version

pytestmark = pytest.mark.django_db


@pytest.fixture
def experiment() -> Experiment:
    experiment = started(version_of("y", "n"))
    answered(experiment, "yn", "nn")
    return experiment


def address(experiment: Experiment) -> str:
    return f"{experiment.get_absolute_url()}rules/"


def rule(kind: str, **settings: str) -> dict[str, str]:
    named = {f"rule-0-{name}": value for name, value in settings.items()}
    return {"rule-0": kind, "rule-0-of": kind, **named}


def test_other_rules_mark_again(client: Client, experiment: Experiment) -> None:
    assert client.post(address(experiment), rule("contains")).status_code == 303
    verdicts = Mark.objects.order_by("run__position").values_list("right", flat=True)
    assert list(verdicts) == [True, False, True, True]


def test_a_rule_is_added_before_anything_is_kept(client: Client, experiment: Experiment) -> None:
    html = markup(client.post(address(experiment), rule("equals") | {"add": "rule"}))
    assert 'name="rule-1"' in html
    assert experiment.rules.count() == 1


def test_a_wrong_rule_is_refused_and_kept_on_the_page(
    client: Client, experiment: Experiment
) -> None:
    answer = client.post(address(experiment), rule("matches", pattern="("))
    assert answer.status_code == 422
    assert experiment.rules.get().options == {"rule": "equals"}


def test_the_page_says_how_answers_are_marked(client: Client, experiment: Experiment) -> None:
    assert "Right: Equals." in markup(client.get(experiment.get_absolute_url()))


@pytest.fixture
def corrected(experiment: Experiment) -> Version:
    """The next version of the test set, whose second case expects what both answered."""
    with editing(experiment.version.test_set) as version:
        version.cases.filter(position=1).update(expected="y")
    return version


def test_a_corrected_answer_marks_again_without_new_runs(
    client: Client, experiment: Experiment, corrected: Version
) -> None:
    assert "where 1 expected value differs" in markup(client.get(address(experiment)))
    runs = experiment.comparison.runs.count()
    client.post(address(experiment), rule("equals") | {"version": "2"})
    experiment.refresh_from_db()
    assert (experiment.version, experiment.comparison.runs.count()) == (corrected, runs)
    verdicts = Mark.objects.order_by("run__position").values_list("right", flat=True)
    assert list(verdicts) == [True, False, False, False]


def test_a_version_that_asks_something_else_is_no_choice(
    client: Client, experiment: Experiment, corrected: Version
) -> None:
    corrected.cases.filter(position=0).update(question="Something else?")
    assert "it needs a new experiment" in markup(client.get(address(experiment)))
    answer = client.post(address(experiment), rule("equals") | {"version": "2"})
    experiment.refresh_from_db()
    assert (answer.status_code, experiment.version.number) == (409, 1)


def test_a_version_that_is_not_the_newest_any_more_is_refused(
    client: Client, experiment: Experiment, corrected: Version
) -> None:
    restore(corrected)
    answer = client.post(address(experiment), rule("equals") | {"version": "2"})
    assert answer.status_code == 409
    assert "The test set was changed meanwhile." in markup(answer)
    assert "Mark by version 3" in markup(answer)


@pytest.mark.usefixtures("corrected")
def test_rules_alone_keep_the_version(client: Client, experiment: Experiment) -> None:
    client.post(address(experiment), rule("contains"))
    experiment.refresh_from_db()
    assert experiment.version.number == 1
