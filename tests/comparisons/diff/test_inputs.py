"""One sentence says what the runs of a comparison were asked with, and whether it was the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.comparisons.diff.inputs import Difference, Inputs, SentImage, input_differences

A = SentImage("a" * 64, "https://a.example/a.png", "a.png")
B = SentImage("b" * 64, "https://a.example/b.png", "b.png")
UNKNOWN = SentImage("", "https://a.example/a.png", "a.png")
RUN = Inputs("m", "p", images=(A,), priority="latency", provider="wavespeed")

INPUTS = st.builds(
    Inputs,
    model=st.sampled_from("mn"),
    prompt=st.sampled_from("pq"),
    system_prompt=st.sampled_from(["", "s"]),
    images=st.lists(st.sampled_from([A, B, UNKNOWN, SentImage("")]), max_size=3).map(tuple),
    temperature=st.sampled_from([None, 0.2, 1.0]),
    max_tokens=st.sampled_from([None, 512]),
    reasoning=st.booleans(),
    max_edge=st.sampled_from([0, 1024]),
)


def sentence(*cells: Inputs) -> str:
    return input_differences(cells).sentence


def with_images(*columns: tuple[SentImage, ...]) -> str:
    return sentence(*(replace(RUN, images=images) for images in columns))


def test_the_sentence_names_what_differs_and_what_was_not_sent():
    runs = (
        replace(RUN, temperature=0.2),
        replace(RUN, model="n", temperature=0.9, max_tokens=512),
    )
    assert sentence(*runs) == (
        "Same prompt, same image bytes; model and temperature differ; max tokens unset against 512."
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Same model, same prompt, same image bytes; nothing differs."),
        ({"prompt": "q"}, "Same model, same image bytes; prompt differs."),
        ({"reasoning": True}, "Same model, same prompt, same image bytes; reasoning differs."),
        (
            {"system_prompt": "s"},
            "Same model, same prompt, same image bytes; system prompt unset against set.",
        ),
        (
            {"provider": "demo", "priority": "throughput"},
            "Same model, same prompt, same image bytes; provider and priority differ.",
        ),
    ],
)
def test_a_second_run_with_other_inputs(changes, said):
    assert sentence(RUN, replace(RUN, **changes)) == said


def test_an_equal_system_prompt_is_named():
    run = replace(RUN, system_prompt="s")
    assert sentence(run, run).startswith("Same model, same prompt, same system prompt, ")


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (((), ()), "no images; nothing differs."),
        (((A,), (B,)), "the image bytes differ in columns 1 and 2."),
        (((B,), (A,), (B,), (A,), (A,)), "the image bytes differ in columns 1 and 3."),
        (((A,), (A,), (B,)), "the image bytes differ in column 3."),
        (
            ((A,), (A,), (B,), (B,)),
            "the image bytes differ between columns 1 and 2 and columns 3 and 4.",
        ),
        (((A, B), (A, B), (B, A)), "the order of the images differs in column 3."),
        (
            ((A,), (A, B), (A,)),
            "the number of images differs: 1 in columns 1 and 3, 2 in column 2.",
        ),
        (((UNKNOWN,), (A,)), "same image addresses (bytes not known); nothing differs."),
        (((SentImage(""),), (A,)), "whether the image bytes are the same is not known."),
    ],
)
def test_the_images(columns, said):
    assert with_images(*columns).endswith(said)


def test_a_name_alone_makes_no_other_image():
    assert "same image bytes" in with_images((A,), (replace(A, name="b.png", url=""),))


def test_one_run_has_nothing_to_be_compared_with():
    assert sentence(RUN) == "One run: there is nothing to compare it with."


def test_no_run_has_no_sentence():
    assert sentence() == ""


def test_the_values_are_listed_for_each_run():
    found = input_differences([RUN, replace(RUN, max_tokens=512), replace(RUN, max_tokens=1)])
    assert found.different == [Difference("max_tokens", "max tokens", ["unset", "512", "1"])]


def test_images_are_listed_by_name_and_checksum():
    found = input_differences([RUN, replace(RUN, images=(A, UNKNOWN))])
    assert found.different[0].values == ["a.png (aaaaaaaa)", "a.png (aaaaaaaa), a.png"]


def test_what_nobody_gave_is_not_the_same():
    assert "system prompt" not in input_differences([RUN, RUN]).same


@given(st.lists(INPUTS, min_size=2, max_size=4))
def test_a_field_is_the_same_or_different_but_not_both(cells):
    found = input_differences(cells)
    assert not {difference.label for difference in found.different}.intersection(found.same)


@given(st.lists(INPUTS, min_size=2, max_size=4))
def test_the_reversed_columns_differ_in_the_same_fields(cells):
    found, other = input_differences(cells), input_differences(cells[::-1])
    assert [d.values[::-1] for d in found.different] == [d.values for d in other.different]


@given(INPUTS, st.integers(2, 5))
def test_runs_with_one_input_differ_in_nothing(run, count):
    known = replace(run, images=tuple(image for image in run.images if image.url))
    assert sentence(*[known] * count).endswith("nothing differs.")
