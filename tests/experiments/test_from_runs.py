"""Ticked runs of History become a test set: questions once, with answers as what is expected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from playground.experiments import cases
from playground.experiments.models.test_set import TestSet
from playground.images.store import store
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.submission import create
from playground.submission.request import AttachedImage, RunRequest
from playground.worker import execution
from tests.conftest import FLASH, GPT, markup, member, png, signed_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from playground.experiments.models.test_set import Version
    from tests.fakes.wavespeed import FakeWaveSpeed

pytestmark = pytest.mark.django_db
Carried = "Callable[..., Run]"


def tick(client: Client, *runs: Run) -> Any:
    fields = {"action": "test-set", "run": [one.pk for one in runs]}
    return client.post("/runs/selected/", fields)


def made() -> Version:
    return TestSet.objects.get().versions.get()


def compared(**fields: Any) -> Comparison:
    started = create.submit(RunRequest(models=(FLASH, GPT), **fields))
    assert isinstance(started, Comparison)
    for run in started.cells():
        execution.execute(run.pk)
    return started


def test_answers_become_what_is_expected(
    client: Client, upstream: FakeWaveSpeed, carried: Carried
) -> None:
    upstream.configure(answer=lambda _: " 429.57\n")
    image = AttachedImage(store(png()), name="receipt.png")
    runs = [carried("What is the total?", images=(image,)), carried("What is the VAT?")]
    page = markup(client.get(tick(client, *runs)["Location"]))
    assert "What is the total?" in page
    first, second = made().cases.all()
    assert (first.expected, first.question) == ("429.57", "What is the total?")
    assert first.images.get().name == "receipt.png"
    assert second.question == "What is the VAT?"


def test_what_all_were_asked_is_left_to_the_experiment(
    client: Client, upstream: FakeWaveSpeed, carried: Carried
) -> None:
    tick(client, *(carried("Read the total") for _ in range(2)))
    assert {case.question for case in made().cases.all()} == {""}
    assert made().origin == "from History, asked: Read the total"


def test_a_comparison_is_one_case_with_its_best_answer(
    client: Client, upstream: FakeWaveSpeed
) -> None:
    upstream.configure(answer={FLASH: "429.57", GPT: "249.57"})
    comparison = compared(prompt="What is the total?")
    best = comparison.runs.get(model_id=GPT)
    Comparison.objects.update(best=best)
    tick(client, comparison.cells()[0])
    assert made().cases.get().expected == "249.57"


def test_a_matrix_is_a_case_for_each_image(client: Client, upstream: FakeWaveSpeed) -> None:
    images = tuple(AttachedImage(store(png(colour))) for colour in ("red", "blue"))
    matrix = compared(prompt="Which colour?", images=images, each_image=True)
    tick(client, matrix.cells()[0])
    shown = [case.images.get().image for case in made().cases.all()]
    assert shown == [one.image for one in images]


def test_a_run_without_an_answer_is_a_case_without_a_value(
    client: Client, ask: Callable[..., Run]
) -> None:
    tick(client, ask("What is the total?"))
    assert made().cases.get().expected == ""


def test_a_blind_comparison_stays_closed(client: Client, upstream: FakeWaveSpeed) -> None:
    comparison = compared(prompt="Which?", blind=True)
    answer = tick(client, comparison.cells()[0])
    assert answer.status_code == 422
    assert "are blind" in markup(answer)
    assert not TestSet.objects.exists()


def test_more_cases_than_a_set_takes_are_refused(
    client: Client, ask: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playground.experiments.from_runs.MAX_CASES", 1)
    answer = tick(client, ask("One"), ask("Two"))
    assert (answer.status_code, TestSet.objects.count()) == (422, 0)
    assert cases.MAX_CASES == 10_000


def test_nobody_makes_a_set_of_what_others_asked(
    accounts: SettingsWrapper, ask: Callable[..., Run]
) -> None:
    run = ask("Mine", images=())
    Run.objects.update(owner=member())
    assert tick(signed_in(member("other")), run).status_code == 422
    assert not TestSet.objects.exists()
