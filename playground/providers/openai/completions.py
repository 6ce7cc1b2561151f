"""Puts an answer together from the pieces of a stream, or reads one that came whole.

Errors come inside a stream in many ways: as `error` of a chunk or of its choice, as an event of
that name, as a chunk that is the error (vLLM, FastChat, DashScope), as `detail`, as a line
`error:` (older llama.cpp), as JSON without `data:`, or as bare words.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from playground.providers.base import ErrorKind, Prediction, PredictionStatus
from playground.providers.ends import End, meaning_of
from playground.providers.http_errors import (
    code_of,
    describe,
    kind_of,
    kind_of_words,
    message_of,
    name_of,
)
from playground.providers.openai.assembling import merged
from playground.providers.openai.citations import citations_of
from playground.providers.openai.faults import error_of
from playground.providers.openai.shapes import (
    THOUGHTS,
    Piece,
    choice_of,
    join_halves,
    piece_of,
    usage_of,
)
from playground.providers.openai.values import DONE, values_in
from playground.providers.sanitising import (
    amount_of,
    clean_json,
    clean_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from playground.providers.transport import Event

_AGAIN = re.compile(r"\A\s*(data:\s*)+", re.IGNORECASE)  # proxies write it twice, indent it
ENDS = {"done", "end", "finish", "complete"}  # names of the event that ends a stream
LAST = {"response.completed", "response.incomplete", "response.failed", "message_stop"}
_HEAD = ("id", "model", "created")
_KNOWN = {"role", "content", "refusal", *THOUGHTS}
MAX_VALUES_OF_EVENT = 1000  # one is usual
MAX_LOOSE_PIECES = 1000  # of a text, before they are put together
MAX_TEXT_BYTES = 2 * 1024 * 1024  # of an answer and its reasoning
MAX_KEPT_BYTES = 1024 * 1024  # of what is no text, and kept besides as it came
_PARTS = {"choices", "usage", "error", "object"}


@dataclass
class Completion:
    """An answer as far as it has come. words: what may be an error, if no text comes."""

    prediction_id: str
    tidy: Callable[[str], str] = clean_text  # also takes out the key: a server could send it back
    text: list[str] = field(default_factory=list)
    thoughts: list[str] = field(default_factory=list)
    finish_reason: str = ""
    usage: dict[str, Any] = field(default_factory=dict)
    head: dict[str, Any] = field(default_factory=dict)
    error: Any = None
    words: str = ""
    refused: bool = False
    done: bool = False
    first_at: float | None = None  # by the clock that only goes on
    _half: str = ""
    _whole: Any = None
    _more: dict[str, Any] = field(default_factory=dict)
    _messages: list[dict[str, Any]] = field(default_factory=list)
    _lengths: dict[str, int] = field(default_factory=dict)
    _sizes: dict[str, int] = field(default_factory=dict)
    _event_size: int = 0
    _kept_size: int = 0

    def take_event(self, event: Event) -> None:
        """Take one event of a stream, which may hold several pieces."""
        is_error = event.name.lower() in {"error", "exception", "fail", "failed"}
        self.done = self.done or event.name.lower() in ENDS
        data = _AGAIN.sub("", event.data).strip()
        self._event_size = len(data)
        if not event.name and data.partition(":")[0].strip().lower() == "error":
            is_error, data = True, data.partition(":")[2].strip()
        for value in islice(values_in(data), MAX_VALUES_OF_EVENT):
            if value == DONE:
                self.done = True
            elif isinstance(value, dict) and value:
                self._half = join_halves(value, self._half)
                piece = clean_json(value, self.tidy)
                error = piece.get("error") or piece or {"message": event.name}
                self.take({"error": error} if is_error else piece)
            elif isinstance(value, str) and not value.startswith("<"):
                self.error = {"message": value} if is_error else self.error
                self.words = self.words or describe(self.tidy(value))

    def take(self, chunk: dict[str, Any], *, whole: bool = False) -> None:
        """Take a piece, or a whole answer."""
        self.head = self.head or {name: chunk.get(name) for name in _HEAD}
        self.usage = self.usage | usage_of(chunk)
        piece = Piece() if chunk.get("error_code") else piece_of(chunk)
        self.error = error_of(chunk, piece) or self.error
        self._add(piece)
        if not piece.says_something and not chunk.get("choices"):
            self.words = self.words or message_of(chunk)
        if meaning_of(piece.reason) is not End.NONE:
            self.finish_reason = piece.reason
        self.done = self.done or chunk.get("type") in LAST
        self._keep(chunk, whole=whole)

    def _add(self, piece: Piece) -> None:
        self.refused = self.refused or piece.refused
        for name, so_far, said in (
            ("text", self.text, piece.text),
            ("thoughts", self.thoughts, piece.thoughts),
        ):
            length = self._lengths.get(name, 0)
            # All of it so far, as some servers send it in each piece or once more at the end.
            if piece.whole and length and len(said) >= length and said.startswith("".join(so_far)):
                so_far.clear()
                length = self._sizes[name] = 0
            said = self._as_far_as_there_is_room(name, said)
            if said:
                so_far.append(said)
            if len(so_far) > MAX_LOOSE_PIECES:
                so_far[:] = ["".join(so_far)]
            self._lengths[name] = length + len(said)

    def _as_far_as_there_is_room(self, name: str, said: str) -> str:
        room, encoded = MAX_TEXT_BYTES - sum(self._sizes.values()), said.encode()
        self._sizes[name] = self._sizes.get(name, 0) + len(encoded)
        return said if len(encoded) <= room else encoded[: max(room, 0)].decode(errors="ignore")

    def _keep(self, chunk: dict[str, Any], *, whole: bool) -> None:
        """Keep what is no text, so that the assembled answer leaves nothing out."""
        self._whole = chunk if whole and not self.is_too_long else None
        if self._kept_size > MAX_KEPT_BYTES:
            return
        count = len(self._more) + len(self._messages)
        self._more |= {
            name: value
            for name, value in chunk.items()
            if name not in _PARTS and value not in (None, [], {})
        }
        self._keep_messages(chunk, whole=whole)
        if len(self._more) + len(self._messages) > count:
            self._kept_size += self._event_size

    def _keep_messages(self, chunk: dict[str, Any], *, whole: bool) -> None:
        choice = choice_of(chunk)
        for name in ("delta", "message"):
            said = choice.get(name)
            if isinstance(said, dict):
                kept = {
                    one: value
                    for one, value in said.items()
                    if one not in _KNOWN and value is not None
                }
                parts = said.get("content")
                if isinstance(parts, list) and not whole:
                    others = [one for one in parts if not piece_of({"content": [one]}).text]
                    kept |= {"content_parts": others} if others else {}
                self._messages += [kept] if kept else []

    @property
    def end(self) -> End:
        return meaning_of(self.finish_reason)

    @property
    def is_whole(self) -> bool:
        return (self.done or bool(self.finish_reason)) and not self.is_too_long

    @property
    def is_too_long(self) -> bool:
        return sum(self._sizes.values()) > MAX_TEXT_BYTES

    @property
    def says_something(self) -> bool:
        return any(self.text) or any(self.thoughts) or bool(self.finish_reason)

    def growing(self) -> Prediction:
        return Prediction(
            id=self.prediction_id,
            status=PredictionStatus.RUNNING,
            outputs=(self.tidy("".join(self.text)),),
            reasoning=self.tidy("".join(self.thoughts)),
        )

    def ended(self, inference_ms: int, problem: str = "") -> Prediction:
        """Return the end: completed, or failed where the server or the connection gave up."""
        kind, detail = self._failure(problem)
        answer = self.assembled()
        return Prediction(
            id=self.prediction_id,
            status=PredictionStatus.FAILED if kind else PredictionStatus.COMPLETED,
            outputs=(self.tidy("".join(self.text)),),
            reasoning=self.tidy("".join(self.thoughts)),
            inference_ms=inference_ms,
            error_kind=kind,
            error_detail=detail,
            finish_reason=self.finish_reason[:50],
            tokens_in=self._counted("prompt_tokens", "input_tokens", "promptTokenCount"),
            tokens_out=self._counted("completion_tokens", "output_tokens", "candidatesTokenCount"),
            cost=_money(self.usage.get("cost")),
            refused=self.refused or self.end is End.REFUSED,
            citations=citations_of(answer),
            raw=answer,
        )

    def _counted(self, *names: str) -> int | None:
        counts = (_count(self.usage.get(name)) for name in names)
        return next((count for count in counts if count is not None), None)

    def _failure(self, problem: str) -> tuple[ErrorKind | None, str]:
        if self.error or self.end is End.FAILED:
            words = message_of({"error": self.error}) or message_of(self.error)
            words = words or (describe(json.dumps(self.error)) if self.error else "")
            return self._kind(words), words or f"The server ended with: {self.finish_reason}"
        if self.end in {End.FILTERED, End.REFUSED} and not any(self.text):
            return ErrorKind.MODERATION, self.words
        if self.words and not any(self.text) and not self.finish_reason:
            return self._kind(self.words), self.words
        if not self.is_whole:
            unsaid = "the answer ended without saying that it is whole"
            cut = f"the answer is longer than {MAX_TEXT_BYTES} bytes" if self.is_too_long else ""
            return ErrorKind.BROKEN, problem or cut or self.words or unsaid
        return None, ""

    def _kind(self, words: str) -> ErrorKind:
        """What an error is called that came inside the answer."""
        error = {"error": self.error}
        code = code_of(error) or code_of(self.error)
        named = f"{words} {name_of(error)} {name_of(self.error)}"
        kind = kind_of(code or 500, named, kind_of_words(named) or ErrorKind.FAILED)
        # Once text came it was accepted, and may be billed: no refusal any more.
        begun = any(self.text) or any(self.thoughts)
        return ErrorKind.BROKEN if begun and kind is not ErrorKind.MODERATION else kind

    def holds(self, secret: str) -> bool:
        """Whether the key is spread over several pieces, which each alone do not show."""
        apart = json.dumps(merged(self._messages), ensure_ascii=False) if self._messages else ""
        return any(secret in one for one in ("".join(self.text), "".join(self.thoughts), apart))

    def assembled(self) -> dict[str, Any]:
        """The response as one object: what a call without streaming would have answered."""
        if isinstance(self._whole, dict):
            return self._whole
        message = {"role": "assistant", "content": self.tidy("".join(self.text))}
        if any(self.thoughts):
            message["reasoning"] = self.tidy("".join(self.thoughts))
        more = clean_json(merged(self._messages), self.tidy)
        reason = self.finish_reason or None
        choice = {"index": 0, "message": more | message, "finish_reason": reason}
        error = {"error": self.error} if self.error else {}
        others = {name: value for name, value in self._more.items() if name not in self.head}
        return {**self.head, **others, "choices": [choice], "usage": self.usage or None, **error}


def _count(value: object) -> int | None:
    right = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31
    return value if right and isinstance(value, int) else None


def _money(value: object) -> Decimal | None:
    amount = amount_of(value)
    return amount if amount is not None and 0 <= amount < 10_000 else None
