"""An exchange as one text, for providers that take a prompt and no messages.

A page shows the same text before it is sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playground.providers.base import Turn

SAME = {
    0: "",
    1: "The image is the same in every question of this exchange.",
    2: "The images are the same in every question of this exchange.",
}


def as_text(exchange: Sequence[Turn], question: str, images: int) -> str:
    """Return the prompt: the question alone where nothing was asked before it."""
    if not exchange:
        return question
    parts = [SAME[min(images, 2)]]
    for number, turn in enumerate(exchange, start=1):
        parts += [f"Question {number}\n{turn.question}", f"Answer {number}\n{turn.answer}"]
    return "\n\n".join([*filter(None, parts), f"Question {len(exchange) + 1}\n{question}"])
