"""A document starts an experiment with its own test set, or with a kept one: once for each key."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from playground.accounts.visitor import Visitor
from playground.experiments import versions
from playground.experiments.document.images import Images
from playground.experiments.document.problems import DocumentError
from playground.experiments.document.starting import Asked
from playground.experiments.models.experiment import Experiment
from playground.experiments.models.test_set import TestSet
from playground.images.models import Image
from playground.runs.models.run import Run
from playground.spending.limits import LimitReached
from playground.submission import create
from playground.submission.request import RunRequest
from tests.conftest import FLASH, member
from tests.experiments.document.documents import HERE, SomeFiles, asked, document
from tests.experiments.sets import version_of

pytestmark = pytest.mark.django_db


def test_its_cases_become_a_test_set_and_its_variants_runs() -> None:
    experiment, is_first = asked().start()
    run = experiment.comparison.runs.get(position=1)
    assert is_first
    assert run.prompt == "Only: Dune"
    assert (run.temperature, run.images.get().name) == (0, "a")
    case = experiment.version.cases.get()
    assert (case.expected, experiment.version.test_set.name) == ("429.57", "Totals")
    assert experiment.rules.get().options == {"rule": "number", "within": 0.005}


def test_a_kept_test_set_is_used_as_it_is_now() -> None:
    version = version_of("1", "2")
    kept: dict[str, Any] = {"cases": None, "test_set": str(version.test_set_id)}
    variants = [{"model": FLASH, "prompt": "{{thing}}"}]
    experiment, _ = asked(**kept, variants=variants, prompt=None).start()
    assert (experiment.version, experiment.total) == (version, 2)
    assert TestSet.objects.count() == 1


def test_the_same_key_starts_once() -> None:
    first = asked(idempotency_key="k").start()
    again = asked(idempotency_key="k").start()
    assert again == (first[0], False)
    assert (Experiment.objects.count(), TestSet.objects.count()) == (1, 1)


def test_a_key_stays_the_same_press_after_its_test_set_was_edited() -> None:
    version = version_of("1")
    fields: dict[str, Any] = {"cases": None, "test_set": str(version.test_set_id)}
    fields |= {"prompt": "{{thing}}", "variants": [{"model": FLASH}], "idempotency_key": "k"}
    first, _ = asked(**fields).start()
    with versions.editing(version.test_set):
        pass
    assert asked(**fields).start() == (first, False)


@pytest.mark.parametrize("changed", [{"name": "Other"}, {"repeats": 2}])
def test_a_key_with_other_content_starts_nothing(changed: dict[str, Any]) -> None:
    asked(idempotency_key="k").start()
    with pytest.raises(create.TokenReusedError):
        asked(idempotency_key="k", **changed).start()
    assert TestSet.objects.count() == 1


def test_a_key_of_a_run_starts_no_experiment() -> None:
    create.submit(RunRequest(prompt="Why?", models=(FLASH,), form_token="k"))
    with pytest.raises(create.TokenReusedError):
        asked(idempotency_key="k").start()


def test_a_limit_leaves_nothing_behind(settings: Any) -> None:
    settings.LIMITS = {"SITE_RUNS_MINUTE": 1}
    with pytest.raises(LimitReached):
        asked().start()
    assert (TestSet.objects.count(), Run.objects.count()) == (0, 0)


def test_an_image_that_is_none_is_named_and_nothing_starts() -> None:
    images = Images(HERE, SomeFiles(a=b"no image"))
    with pytest.raises(DocumentError, match=r"cases\[0\].images\[0\]"):
        Asked.of(document(), HERE, images).start()
    assert not Experiment.objects.exists()


@pytest.mark.usefixtures("accounts")
def test_a_stored_image_of_somebody_else_is_not_there() -> None:
    other = Visitor(account=member("other"))
    asked(other).start()
    theirs = [{"images": [Image.objects.get().pk], "variables": {"shop": "x"}}]
    assert asked(other, cases=theirs)
    with pytest.raises(DocumentError, match="not stored here"):
        asked(Visitor(account=member("me")), cases=theirs)


def test_what_it_costs_is_the_sum_of_its_variants(settings: Any) -> None:
    settings.WAVESPEED_API_KEY = "key"
    settings.WAVESPEED_BASE_PRICE = Decimal("0.002")
    cost = asked(repeats=3).cost()
    assert (cost.runs, cost.amount) == (6, Decimal("0.002") * cost.units)
