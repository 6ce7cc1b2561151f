"""Mark the answers: a comparison becomes an experiment over its runs; nothing is asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from playground.experiments.models.experiment import Experiment, State
from playground.experiments.models.mark import Mark
from playground.experiments.models.test_set import TestSet
from playground.results.polling.polls import Sight
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from tests.api.conftest import program
from tests.conftest import FLASH, GPT, form, markup
from tests.matrices import HTMX, carry_all, page_of, started

if TYPE_CHECKING:
    from django.test import Client

    from tests.fakes.wavespeed import FakeWaveSpeed

pytestmark = pytest.mark.django_db
EQUALS = {"rule-0": "equals", "rule-0-of": "equals", "rule-0-ignore_case": "on"}


@pytest.fixture
def matrix(client: Client, upstream: FakeWaveSpeed) -> Comparison:
    """Three images for two models; the second model is wrong about the last."""
    upstream.configure(answer=lambda body: "7" if body["model"] == GPT else "5")
    matrix = started(client)
    carry_all(matrix)
    return matrix


def address(comparison: Comparison) -> str:
    return f"{comparison.get_absolute_url()}mark/"


def mark(client: Client, comparison: Comparison, *expected: str, **fields: Any) -> Any:
    typed = {f"expected-{row}": text for row, text in enumerate(expected)}
    return client.post(address(comparison), EQUALS | typed | fields)


def verdicts() -> list[bool | None]:
    return list(Mark.objects.order_by("run__position").values_list("right", flat=True))


def test_the_answers_are_marked_and_no_run_is_made(client: Client, matrix: Comparison) -> None:
    before = set(Run.objects.values_list("pk", flat=True))
    answer = mark(client, matrix, "5", "7", "")
    assert answer["Location"] == matrix.get_absolute_url()
    assert verdicts() == [True, False, False, True, None, None]
    assert set(Run.objects.values_list("pk", flat=True)) == before
    experiment = Experiment.objects.get()
    assert (experiment.state, experiment.total, experiment.made) == (State.ENDED, 6, 6)


@pytest.mark.parametrize("blind", [False, True])
def test_the_result_in_place_offers_it_unless_it_is_blind(client: Client, blind: bool) -> None:
    asked = form(models=[FLASH, GPT], **({"blind": "on"} if blind else {}))
    pane = markup(client.post("/runs/", asked, headers=HTMX))
    offered = f'href="{address(Comparison.objects.get())}"' in pane
    assert offered is not blind


def test_the_address_shows_the_experiment(client: Client, matrix: Comparison) -> None:
    assert address(matrix) in page_of(client, matrix)
    mark(client, matrix, "5", "5", "7")
    text = page_of(client, matrix)
    assert "Right: Equals" in text
    assert client.get(address(matrix))["Location"] == matrix.get_absolute_url()


def test_the_rows_become_a_test_set_named_after_the_comparison(
    client: Client, matrix: Comparison
) -> None:
    client.post(f"{matrix.get_absolute_url()}rename/", {"title": "Receipts"})
    mark(client, matrix, "5", "", "7")
    test_set = TestSet.objects.get()
    cases = list(test_set.versions.get().cases.all())
    assert test_set.name == "Receipts"
    assert [one.expected for one in cases] == ["5", "", "7"]
    assert [one.images.get().name for one in cases] == [f"picture-{n}.png" for n in range(3)]


def test_the_page_offers_the_answers_of_each_row(client: Client, matrix: Comparison) -> None:
    text = markup(client.get(address(matrix)))
    assert text.count('<option value="5"></option>') == 3
    assert text.count('<option value="7"></option>') == 3


def test_pressing_twice_marks_once(client: Client, matrix: Comparison) -> None:
    answers = [mark(client, matrix, "5", "5", "7") for _ in range(2)]
    assert [one["Location"] for one in answers] == [matrix.get_absolute_url()] * 2
    assert (Experiment.objects.count(), TestSet.objects.count()) == (1, 1)


def test_another_window_is_told_and_keeps_what_was_typed(
    client: Client, matrix: Comparison
) -> None:
    mark(client, matrix, "5")
    answer = mark(client, matrix, "other words")
    assert answer.status_code == 409
    assert "marked meanwhile, in another window" in markup(answer)
    assert "other words" in markup(answer)
    assert verdicts()[:2] == [True, False]


def test_rules_are_added_before_anything_is_kept(client: Client, matrix: Comparison) -> None:
    text = markup(mark(client, matrix, "typed already", add="rule"))
    assert 'name="rule-1"' in text
    assert "typed already" in text
    assert not Experiment.objects.exists()


def test_a_wrong_rule_is_refused_with_what_was_typed(client: Client, matrix: Comparison) -> None:
    pattern = {"rule-0": "matches", "rule-0-of": "matches", "rule-0-pattern": "("}
    answer = mark(client, matrix, "kept", **pattern)
    assert answer.status_code == 422
    assert "kept" in markup(answer)
    assert not TestSet.objects.exists()


def test_what_cannot_be_stored_is_refused(client: Client, matrix: Comparison) -> None:
    assert mark(client, matrix, "a\x00b").status_code == 422
    assert mark(client, matrix, "x" * 100_001).status_code == 422


def test_open_runs_are_marked_when_they_end(client: Client, upstream: FakeWaveSpeed) -> None:
    upstream.configure(answer=lambda _: "5")
    matrix = started(client)
    mark(client, matrix, "5", "5", "5")
    assert verdicts() == []
    assert Experiment.objects.get().state == State.RUNNING
    carry_all(matrix)
    assert verdicts() == [True] * 6
    assert Experiment.objects.get().state == State.ENDED


def test_a_comparison_of_models_is_an_experiment_of_one_row(
    client: Client, upstream: FakeWaveSpeed
) -> None:
    upstream.configure(answer=lambda body: "7" if body["model"] == GPT else "5")
    comparison = compared(client)
    mark(client, comparison, "7")
    assert verdicts() == [False, True]
    assert "1 image × 2 variants" in page_of(client, comparison)
    said = program().get(f"/api/experiments/{comparison.pk}/").json()
    assert [one["right"] for one in said["variants"]] == [0, 1]


def test_a_page_of_before_is_loaded_anew(client: Client, matrix: Comparison) -> None:
    seen = Sight(list(matrix.cells())).seen
    mark(client, matrix, "5")
    answer = client.get(f"{matrix.get_absolute_url()}status/", {"seen": seen}, headers=HTMX)
    assert answer["HX-Refresh"] == "true"


def test_files_of_an_experiment_are_made_of_it(client: Client, matrix: Comparison) -> None:
    mark(client, matrix, "5", "7", "")
    file = client.get(f"{matrix.get_absolute_url()}cells.csv")
    lines = b"".join(file.streaming_content).splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 7
    assert b"picture-0.png" in lines[1]


def compared(client: Client, **fields: Any) -> Comparison:
    pressed = client.post("/runs/", form(**({"models": [FLASH, GPT], "confirmed": "2"} | fields)))
    assert pressed.status_code == 303, markup(pressed)
    comparison = Run.objects.first().comparison
    carry_all(comparison)
    return comparison


def test_the_page_of_a_comparison_leads_to_it(client: Client, upstream: FakeWaveSpeed) -> None:
    comparison = compared(client)
    assert address(comparison) in page_of(client, comparison)
