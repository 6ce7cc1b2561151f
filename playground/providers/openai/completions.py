"""Puts an answer together from the pieces of a stream, or reads one that came whole."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from playground.providers.base import ErrorKind, Prediction, PredictionStatus
from playground.providers.cleaning import clean_json, clean_text
from playground.providers.refusals import describe, kind_of, message_of

if TYPE_CHECKING:
    from collections.abc import Callable

DONE = "[DONE]"


@dataclass
class Completion:
    """An answer as far as it has come."""

    prediction_id: str
    tidy: Callable[[str], str] = clean_text  # also takes out the key: a server could send it back
    text: list[str] = field(default_factory=list)
    thoughts: list[str] = field(default_factory=list)
    finish_reason: str = ""
    usage: dict[str, Any] = field(default_factory=dict)
    head: dict[str, Any] = field(default_factory=dict)
    error: Any = None
    done: bool = False

    def take_line(self, line: str) -> None:
        """Take one line of server-sent events; what is no data is left aside."""
        if not line.startswith("data:"):
            return
        data = line.removeprefix("data:").strip()
        if data == DONE:
            self.done = True
            return
        try:
            chunk = clean_json(json.loads(data), self.tidy)
        except (ValueError, RecursionError):
            return
        if isinstance(chunk, dict):
            self.take(chunk, "delta")

    def take(self, chunk: dict[str, Any], part: str) -> None:
        """Take a piece (`delta`), or a whole answer (`message`)."""
        self.head = self.head or {name: chunk.get(name) for name in ("id", "model", "created")}
        if chunk.get("error"):
            self.error = chunk["error"]
        if isinstance(chunk.get("usage"), dict):
            self.usage = chunk["usage"]
        choices = chunk.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices else None
        if not isinstance(choice, dict):
            return
        said = choice.get(part)
        if isinstance(said, dict):
            self.text.append(_text(said.get("content")) or _text(said.get("refusal")))
            self.thoughts.append(_text(said.get("reasoning_content") or said.get("reasoning")))
        self.finish_reason = _text(choice.get("finish_reason")) or self.finish_reason

    @property
    def is_whole(self) -> bool:
        return self.done or bool(self.finish_reason)

    def growing(self) -> Prediction:
        """Return the answer so far."""
        return Prediction(
            id=self.prediction_id,
            status=PredictionStatus.RUNNING,
            outputs=(self.tidy("".join(self.text)),),
            reasoning=self.tidy("".join(self.thoughts)),
        )

    def ended(self, inference_ms: int, problem: str = "") -> Prediction:
        """Return the end: completed, or failed where the server or the connection gave up."""
        kind, detail = self._failure(problem)
        return Prediction(
            id=self.prediction_id,
            status=PredictionStatus.FAILED if kind else PredictionStatus.COMPLETED,
            outputs=(self.tidy("".join(self.text)),),
            reasoning=self.tidy("".join(self.thoughts)),
            inference_ms=inference_ms,
            error_kind=kind,
            error_detail=detail,
            finish_reason=self.finish_reason[:50],
            tokens_in=_count(self.usage.get("prompt_tokens")),
            tokens_out=_count(self.usage.get("completion_tokens")),
            cost=_money(self.usage.get("cost")),
            raw=self._assembled(),
        )

    def _failure(self, problem: str) -> tuple[ErrorKind | None, str]:
        if self.error:
            words = message_of({"error": self.error}) or describe(str(self.error))
            code = self.error.get("code") if isinstance(self.error, dict) else None
            status = code if isinstance(code, int) else 500
            return kind_of(status, words, ErrorKind.FAILED), words
        if not self.is_whole:
            return ErrorKind.BROKEN, problem or "the answer ended without saying that it is whole"
        return None, ""

    def _assembled(self) -> dict[str, Any]:
        """The response as one object: what a call without streaming would have answered."""
        message = {"role": "assistant", "content": self.tidy("".join(self.text))}
        if any(self.thoughts):
            message["reasoning"] = self.tidy("".join(self.thoughts))
        choice = {"index": 0, "message": message, "finish_reason": self.finish_reason or None}
        error = {"error": self.error} if self.error else {}
        return {**self.head, "choices": [choice], "usage": self.usage or None, **error}


def _text(value: object) -> str:
    """Return text; some servers send a list of parts."""
    if isinstance(value, list):
        return "".join(_text(one.get("text")) for one in value if isinstance(one, dict))
    return clean_text(value) if isinstance(value, str) else ""


def _count(value: object) -> int | None:
    right = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31
    return value if right and isinstance(value, int) else None


def _money(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount < 10_000 else None
