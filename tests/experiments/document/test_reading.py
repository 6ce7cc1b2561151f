"""What is wrong with a document is said by the place of each field, all of it at once."""

from __future__ import annotations

import time
from typing import Any

import pytest

from playground.connections.models import ListedModel
from playground.experiments.document.problems import DocumentError
from playground.experiments.document.reading import WrittenNumber, as_text
from playground.submission.variables import MAX_VARIABLES
from tests.conftest import FLASH, GPT
from tests.experiments.document.documents import asked, document, wrong

pytestmark = pytest.mark.django_db

WRONG: list[tuple[str, Any]] = [
    ("name", 3),
    ("name", "x" * 121),
    ("prompt", "x" * 100_001),
    ("prompt", "half \ud800"),
    ("variants", []),
    ("variants", [{"model": FLASH}] * 13),
    ("repeats", 0),
    ("repeats", True),
    ("marks", []),
    ("cases", []),
    ("cases", {"images": []}),
    ("cases", "half \ud800"),
    ("idempotency_key", ""),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_field_of_the_wrong_kind_is_named(name: str, value: Any) -> None:
    assert name in wrong(**{name: value})


CASES: list[tuple[str, Any]] = [
    ("images", "a.png"),
    ("images", ["a"] * 17),
    ("images[0]", ["b"]),
    ("variables", {"shop": ["Dune"]}),
    ("variables", {"two words": "x"}),
    ("variables", {f"v{n}": "x" for n in range(MAX_VARIABLES + 1)}),
    ("question", 3),
    ("expected", "nul \x00"),
    ("tags", "receipt"),
    ("tags", ["x" * 41]),
    ("note", {}),
    ("images[0]", ["data:image/png;base64,%"]),
    ("images[0]", ["0" * 64]),
]


@pytest.mark.parametrize(("name", "value"), CASES)
def test_a_field_of_a_case_is_named_with_its_place(name: str, value: Any) -> None:
    case = {"variables": {"shop": "Dune"}, name.partition("[")[0]: value}
    assert list(wrong(cases=[{"variables": {"shop": "x"}}, case])) == [f"cases[1].{name}"]


VARIANTS: list[tuple[str, Any]] = [
    ("temperature", 2.1),
    ("temperature", float("inf")),
    ("max_tokens", 0),
    ("max_tokens", 1.5),
    ("reasoning", "true"),
    ("priority", "speed"),
    ("max_edge", 7),
    ("top_p", 1.1),
    ("seed", "1"),
    ("stop", []),
    ("reasoning_effort", "much"),
    ("extra_body", {"model": "b"}),
    ("model", "no-such-model"),
]


@pytest.mark.parametrize(("name", "value"), VARIANTS)
def test_a_field_of_a_variant_is_named_with_its_place(name: str, value: Any) -> None:
    variant = {"model": GPT, name: value}
    assert list(wrong(variants=[{"model": FLASH}, variant])) == [f"variants[1].{name}"]


def test_everything_wrong_is_said_at_once() -> None:
    found = wrong(nane="x", repeats=0, variants=[{}], marks=[{"rule": "magic"}], cases=[{}])
    assert set(found) == {"nane", "repeats", "variants[0].model", "marks[0]", "cases[0]", "prompt"}


def test_a_field_that_is_not_known_is_refused_by_its_name() -> None:
    assert "no such field" in wrong(cases=[{"image": "a"}])["cases[0].image"]


def test_what_is_null_counts_as_left_out() -> None:
    case = {"images": None, "question": None, "variables": {"shop": "x"}}
    plain = asked(cases=[case], marks=None, repeats=None, test_set=None)
    assert (plain.document.repeats, plain.document.rules) == (1, ({"rule": "equals"},))


def test_the_first_twenty_are_said_and_the_others_counted() -> None:
    with pytest.raises(DocumentError) as refused:
        asked(cases=[{"images": ["b"], "variables": {"shop": "x"}}] * 30)
    lines = str(refused.value).splitlines()
    assert lines[0] == "cases[0].images[0]: It is not there."
    assert (len(lines), lines[-1]) == (21, "10 more are wrong.")


def test_cases_and_a_test_set_are_not_taken_together() -> None:
    some = "00000000-0000-4000-8000-000000000000"
    assert "not both" in wrong(test_set=some)["cases"]
    assert wrong(cases=None, test_set=some)["test_set"].startswith("There is no such test set")


def test_variants_without_a_prompt_need_cases_with_questions() -> None:
    assert set(wrong(prompt=None)) == {"variants[0].prompt"}
    cases = [{"images": ["a"], "question": "How much?"}]
    assert asked(prompt=None, variants=[{"model": FLASH}], cases=cases)


def test_a_variable_that_no_case_has_is_named() -> None:
    assert "{{till}}" in wrong(prompt="What is {{till}}?")["prompt"]


def test_what_a_model_does_not_take_is_said_at_its_field() -> None:
    ListedModel.objects.create(provider="wavespeed", model_id=GPT, max_images=0, temperature=False)
    assert set(wrong()) == {"variants[1].model", "variants[1].temperature"}


def test_more_runs_than_an_experiment_makes_are_refused(settings: Any) -> None:
    settings.EXPERIMENT_RUNS = 3
    assert "at most 3" in wrong(repeats=2)["cases"]


def test_texts_that_would_grow_without_end_are_refused_unfilled() -> None:
    began = time.process_time()
    long = {"variables": {"shop": "x" * 90_000}}
    assert "longer than" in wrong(prompt="{{shop}}" * 12_000, cases=[long])["cases[0]"]
    assert time.process_time() - began < 5


def test_ten_thousand_wrong_cases_are_looked_at_in_seconds() -> None:
    began = time.process_time()
    assert len(wrong(cases=[{"images": ["b"]}] * 10_000)) == 10_002
    assert time.process_time() - began < 10


def test_an_expected_number_stays_as_it_is_written() -> None:
    assert as_text(WrittenNumber("9.60")) == "9.60"
    expected: list[Any] = ["4", 4, True, {"total": 4}]
    assert list(map(as_text, expected)) == ["4", "4", "true", '{"total": 4}']


def test_what_is_no_object_is_refused() -> None:
    assert "an object" in wrong(cases=["a.png"])["cases[0]"]
    assert "an object" in wrong(variants=["gpt"])["variants[0]"]
    assert document()["name"] == "Totals"
