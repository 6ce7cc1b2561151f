"""Marked passages of reasoning are taken out of answers, and nothing else is."""

from __future__ import annotations

import time

import pytest

from playground.shown.reasoning import without_reasoning


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
    started = time.perf_counter()
    for text in (
        "<think" * 300_000,
        "<think>" * 200_000,
        "</think " * 200_000,
        "[THINK]" * 200_000,
    ):
        without_reasoning(text)
    assert time.perf_counter() - started < 5
