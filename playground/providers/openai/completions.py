"""Puts an answer together from the pieces of a stream, or reads one that came whole.

Servers write errors inside a stream in four ways: as `error` of a chunk or of its choice, as a
chunk that is the error (older vLLM), as a line `error:` (older llama.cpp), as JSON without `data:`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from playground.providers.base import ErrorKind, Prediction, PredictionStatus
from playground.providers.cleaning import clean_json, clean_text
from playground.providers.refusals import code_of, describe, kind_of, message_of

if TYPE_CHECKING:
    from collections.abc import Callable

DONE = "[DONE]"
FILTERED = "content_filter"  # the reason of an end: the server's policy cut the answer off


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
        line = line.lstrip("\ufeff")
        field_name, _, data = ("data", "", line) if line.startswith("{") else line.partition(":")
        if field_name not in {"data", "error"}:
            return
        if data.strip() == DONE:
            self.done = True
            return
        try:
            chunk = clean_json(json.loads(data), self.tidy)
        except (ValueError, RecursionError):
            return
        if isinstance(chunk, dict):
            self.take({"error": chunk} if field_name == "error" else chunk, "delta")

    def take(self, chunk: dict[str, Any], part: str) -> None:
        """Take a piece (`delta`), or a whole answer (`message`)."""
        self.head = self.head or {name: chunk.get(name) for name in ("id", "model", "created")}
        self.error = _error(chunk) or self.error
        if isinstance(chunk.get("usage"), dict):
            self.usage = chunk["usage"]
        choice = _choice(chunk)
        said = choice.get(part)
        if isinstance(said, dict):
            content = said.get("content")
            self.text.append(_text(content) or _text(said.get("refusal")))
            apart = said.get("reasoning_content") or said.get("reasoning")
            self.thoughts.append(_text(apart) or _thoughts(content))
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
        if self.error or self.finish_reason == "error":
            words = message_of({"error": self.error}) or describe(str(self.error or ""))
            return self._kind(words), words
        if not self.is_whole:
            return ErrorKind.BROKEN, problem or "the answer ended without saying that it is whole"
        if self.finish_reason == FILTERED and not any(self.text):
            return ErrorKind.MODERATION, ""
        return None, ""

    def _kind(self, words: str) -> ErrorKind:
        """What an error is called that came inside the answer."""
        kind = kind_of(code_of({"error": self.error}) or 500, words, ErrorKind.FAILED)
        # Once text came it was accepted, and may be billed: no refusal any more.
        begun = any(self.text) or any(self.thoughts)
        return ErrorKind.BROKEN if begun and kind is not ErrorKind.MODERATION else kind

    def _assembled(self) -> dict[str, Any]:
        """The response as one object: what a call without streaming would have answered."""
        message = {"role": "assistant", "content": self.tidy("".join(self.text))}
        if any(self.thoughts):
            message["reasoning"] = self.tidy("".join(self.thoughts))
        choice = {"index": 0, "message": message, "finish_reason": self.finish_reason or None}
        error = {"error": self.error} if self.error else {}
        return {**self.head, "choices": [choice], "usage": self.usage or None, **error}


def _choice(chunk: dict[str, Any]) -> dict[str, Any]:
    choices = chunk.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    return first if isinstance(first, dict) else {}


def _error(chunk: dict[str, Any]) -> Any:
    """Return the error that a piece is, has or tells of its choice; None where there is none."""
    if chunk.get("object") == "error":
        return {"message": chunk.get("message"), "code": chunk.get("code")}
    return chunk.get("error") or _choice(chunk).get("error")


def _thoughts(value: object) -> str:
    """Return the thoughts among the parts of an answer, as Mistral sends them."""
    parts = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
    return "".join(_text(one.get("thinking")) for one in parts if one.get("type") == "thinking")


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
