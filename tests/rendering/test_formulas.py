"""The corpus of formulas: each is shown right or as its source, never as something else."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.rendering.corpus import formulas, judge


@pytest.fixture(scope="module")
def counted() -> Counter[tuple[str, str]]:
    return Counter((formula.source, judge(formula)) for formula in formulas())


def test_no_formula_is_silently_wrong():
    assert [one.latex for one in formulas() if judge(one) == "wrong"] == []


def test_of_what_katex_supports_nineteen_in_twenty_are_right(counted):
    whole = sum(count for (source, _), count in counted.items() if source == "katex")
    assert counted["katex", "right"] >= 0.95 * whole


def test_of_what_models_write_nineteen_in_twenty_are_right(counted):
    readable = [one for one in formulas() if one.source == "answers" and one.text]
    assert counted["answers", "right"] >= 0.95 * len(readable)


def test_the_corpus_is_large_enough_to_say_something():
    assert len({one.latex for one in formulas()}) >= 300
