"""Reasoning that a model wrote into its answer is folded, everywhere alike; Raw keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playground.providers.base import Prediction, PredictionStatus
from playground.rendering import RENDERER_VERSION
from playground.rendering.answer_reasoning import part
from playground.runs.models.run import Run
from playground.worker import redrawing
from playground.worker.finishing import parted
from tests.conftest import FLASH

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.fakes.wavespeed import FakeWaveSpeed

WHOLE = "<think>\nThe receipt says 4.49, maybe 4.99?\n</think>\n\nThe total is 4.49."
ANSWER, REASONING = "The total is 4.49.", "The receipt says 4.49, maybe 4.99?"


@pytest.mark.parametrize(
    "text",
    [
        "<think>a</think>b",
        "\ufeff<think>a</think>b",
        "\u200b\n<think>a</think>b",
        " <Thinking>\na\n</Thinking>\nb",
        "a</think>\n\nb",
        "<reasoning>a</reasoning>b",
        "[THINK]a[/THINK]b",
        "◁think▷a◁/think▷b",
        "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>b",
        "b\n<think>\na\n</think>\n",
        "<|channel>thought\na<channel|>b",
        "<unused94>thought\na<unused95>b",
        "<|START_THINKING|>a<|END_THINKING|><|START_RESPONSE|>b<|END_RESPONSE|>",
        "<|begin_of_thought|>a<|end_of_thought|>\n<|begin_of_solution|>b<|end_of_solution|>",
        "<longcat_think>a</longcat_think>b",
    ],
)
def test_marked_reasoning_is_parted_from_the_answer(text: str) -> None:
    assert part(text) == ("b", "a")


@pytest.mark.parametrize(
    "text",
    [
        "Write <think> first.",
        "<think/>\nb",
        "The tag `</think>` ends it.",
        "```\n<think>\na\n</think>\n```\nb",
        "Open with <think> and end with\n</think>",
        "<answer>\n<reasoning>a</reasoning>\n</answer>",
        "<analysis>a</analysis><answer>b</answer>",
    ],
)
def test_what_may_be_the_answer_stays_in_it(text: str) -> None:
    assert part(text) == (text, "")


def test_reasoning_marked_several_times_is_all_parted() -> None:
    assert part("<think>a</think><think>c</think>\n<thought>d</thought>b") == ("b", "a\n\nc\n\nd")


def test_reasoning_without_an_end_is_all_there_is() -> None:
    assert part("<think>a\nb") == ("", "a\nb")


def test_reasoning_inside_of_reasoning_ends_with_the_outer_mark() -> None:
    assert part("<think>a\n<think>b</think>c</think>d") == ("d", "a\n<think>b</think>c")


def test_what_is_still_arriving_is_parted_too() -> None:
    outputs, status = ("<think>\nHm",), PredictionStatus.RUNNING
    growing = Prediction("one", status, outputs=outputs, reasoning="First")
    assert parted(growing) == ("", "First\n\nHm")


@pytest.fixture
def run(db: None, upstream: FakeWaveSpeed, carried: Callable[..., Run]) -> Run:
    upstream.configure(answer={FLASH: WHOLE})
    return carried()


def test_it_is_stored_apart_and_the_whole_is_kept(run: Run) -> None:
    assert (run.output, run.thoughts, run.raw_output) == (ANSWER, REASONING, WHOLE)
    assert run.output_html == f"<p>{ANSWER}</p>\n"


def test_the_page_folds_it_and_raw_keeps_it(client: Client, run: Run) -> None:
    page = client.get(run.get_absolute_url()).content.decode()
    folded, raw = page.split('aria-label="Raw answer"')
    assert "Reasoning</summary>" in folded
    assert "&lt;think&gt;" not in folded
    assert "&lt;think&gt;" in raw.split("</pre>")[0]


def test_json_and_markdown_give_it_as_reasoning(client: Client, run: Run) -> None:
    answer = client.get(run.get_absolute_url(), headers={"accept": "application/json"}).json()
    assert (answer["output"], answer["reasoning"]) == (ANSWER, REASONING)
    text = client.get(run.get_absolute_url(), headers={"accept": "text/markdown"}).content.decode()
    assert f"*Reasoning:*\n\n> {REASONING}" in text
    assert "<think>" not in text.split("## Answer")[-1]


def older(run: Run) -> None:
    """As the release before stored it."""
    Run.objects.filter(pk=run.pk).update(
        output=WHOLE, raw_output="", thoughts="", output_html="<p>old</p>", renderer_version=1
    )


def test_answers_of_an_older_renderer_are_drawn_anew(run: Run) -> None:
    older(run)
    assert redrawing.redraw() == 1
    run.refresh_from_db()
    assert (run.output, run.thoughts, run.raw_output) == (ANSWER, REASONING, WHOLE)
    assert (run.output_html, run.renderer_version) == (f"<p>{ANSWER}</p>\n", RENDERER_VERSION)


def test_what_is_drawn_is_not_drawn_again(run: Run) -> None:
    older(run)
    redrawing.redraw()
    assert redrawing.redraw() == 0


def test_drawing_anew_ends_when_its_time_is_over(run: Run) -> None:
    older(run)
    again = Run.objects.get(pk=run.pk)
    again.pk, again.form_token, again.prediction_id = None, "another", ""
    again.save(force_insert=True)
    assert redrawing.redraw(seconds=0) == 1
