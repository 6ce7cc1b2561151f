"""Marked passages of reasoning are taken out of answers, and nothing else is."""

from __future__ import annotations

import pytest

from playground.runs.reasoning import without_reasoning
from tests.effort import bounded_effort


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("It is red.", "It is red."),
        ("  kept  ", "  kept  "),
        ("<think>hm</think>\nRed.", "Red."),
        ("Before <thinking>hm</thinking> after", "Before  after"),
        ("hm, hm</think>Red.", "Red."),
        ("<think>cut off before it end", ""),
        ("<THINK type='x'>a<think>b</think>c</think>Red.", "Red."),
        ("<reasoning>a</reasoning>Red.<think>b</think>", "Red."),
        ("[THINK]a[/THINK]Red.", "Red."),
        ("◁think▷a◁/think▷Red.", "Red."),
        ("<|channel|>analysis<|message|>a<|channel|>final<|message|>Red.", "Red."),
        ("Use <b>think</b> and a < b > c.", "Use <b>think</b> and a < b > c."),
    ],
)
def test_marked_passages_go(text: str, answer: str) -> None:
    assert without_reasoning(text).replace("<|channel|>final<|message|>", "") == answer


def test_hostile_input_takes_linear_time() -> None:
    with bounded_effort():
        for text in ("<think", "<think>", "</think ", "[THINK]"):
            without_reasoning(text * 200_000)
