"""How the tests of rules ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.experiments.rules.parse import parse_rule

if TYPE_CHECKING:
    from playground.experiments.rules.reading import Reading


def judged(kind: str, answer: str, expected: str, **options: Any) -> Reading:
    return parse_rule({"rule": kind, **options}).judge(answer, expected)
