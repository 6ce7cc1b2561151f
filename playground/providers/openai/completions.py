"""Puts an answer together from the pieces of a stream, or reads one that came whole.

Errors come inside a stream in many ways: as `error` of a chunk or of its choice, as an event of
that name, as a chunk that is the error (vLLM, FastChat, DashScope), as `detail`, as a line
`error:` (older llama.cpp), as JSON without `data:`, or as bare words.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
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
from playground.providers.openai.shapes import THOUGHTS, Piece, choice_of, join_halves, piece_of
from playground.providers.sanitising import amount_of, clean_json, clean_text, whole_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from decimal import Decimal

    from playground.providers.transport import Event

DONE = "[DONE]"
_AGAIN = re.compile(r"\A\s*(data:\s*)+", re.IGNORECASE)  # proxies write it twice, indent it
LAST = {"response.completed", "response.incomplete", "response.failed", "message_stop"}
_HEAD = ("id", "model", "created")
_KNOWN = {"content", "refusal", *THOUGHTS}
_PARTS = {"choices", "usage", "error", "object"}
_ENVELOPES = (("base_resp", "status_code", "status_msg"), ("header", "code", "message"))


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
    _half: str = ""
    _whole: Any = None
    _more: dict[str, Any] = field(default_factory=dict)
    _messages: list[dict[str, Any]] = field(default_factory=list)
    _lengths: dict[str, int] = field(default_factory=dict)

    def take_event(self, event: Event) -> None:
        """Take one event of a stream, which may hold several pieces."""
        is_error = event.name.lower() in {"error", "exception"}
        data = _AGAIN.sub("", event.data).strip()
        if not event.name and data.partition(":")[0].strip().lower() == "error":
            is_error, data = True, data.partition(":")[2].strip()
        for value in _values_in(data):
            if value == DONE:
                self.done = True
            elif isinstance(value, dict):
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
        usage = next(filter(None, (chunk.get(name) for name in ("usage", "usageMetadata"))), None)
        self.usage = usage if isinstance(usage, dict) else self.usage
        piece = Piece() if chunk.get("error_code") else piece_of(chunk)
        self.error = _error(chunk, piece) or self.error
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
                length = 0
            if said:
                so_far.append(said)
            self._lengths[name] = length + len(said)

    def _keep(self, chunk: dict[str, Any], *, whole: bool) -> None:
        """Keep what is no text, so that the assembled answer leaves nothing out."""
        self._whole = chunk if whole else None
        self._more |= {
            name: value
            for name, value in chunk.items()
            if name not in _PARTS and value not in (None, [], {})
        }
        choice = choice_of(chunk)
        for name in ("delta", "message"):
            said = choice.get(name)
            if isinstance(said, dict):
                kept = {one: value for one, value in said.items() if one not in _KNOWN}
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
        return self.done or bool(self.finish_reason)

    @property
    def says_something(self) -> bool:
        return any(self.text) or any(self.thoughts) or bool(self.finish_reason)

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
            words = words or describe(str(self.error or ""))
            return self._kind(words), words or f"The server ended with: {self.finish_reason}"
        if self.end in {End.FILTERED, End.REFUSED} and not any(self.text):
            return ErrorKind.MODERATION, self.words
        if self.words and not any(self.text) and not self.finish_reason:
            return self._kind(self.words), self.words
        if not self.is_whole:
            unsaid = "the answer ended without saying that it is whole"
            return ErrorKind.BROKEN, problem or self.words or unsaid
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


def _values_in(data: str) -> Iterator[Any]:
    """Yield the JSON values of an event one after the other; DONE and bare words as text.

    Some servers put several objects into one event. What breaks off in the middle is no words.
    """
    decoder, at = json.JSONDecoder(parse_int=whole_number), 0
    while at < len(data):
        try:
            value, at = decoder.raw_decode(data, at)
        except (ValueError, RecursionError):
            rest = data[at:].strip()
            if rest.startswith(DONE):
                yield DONE
            elif not rest.startswith(("{", "[", '"')):
                yield rest
            return
        yield from value if isinstance(value, list) else (value,)
        while data[at : at + 1].isspace() or data[at : at + 1] == ",":
            at += 1


def _error(chunk: dict[str, Any], piece: Piece) -> Any:
    """Return the error that a piece surely is, has or tells of its choice; None for none."""
    silent = not piece.says_something
    if silent and (chunk.get("error") is True or _is_told_as_failed(chunk)):
        return chunk
    if chunk.get("object") == "error" or (chunk.get("type") == "error" and "error" not in chunk):
        return chunk
    if chunk.get("error_code") or ("choices" not in chunk and _is_code_with_words(chunk)):
        return chunk
    answer = chunk.get("response")
    inner = answer.get("error") if isinstance(answer, dict) else None
    return (
        chunk.get("error")
        or choice_of(chunk).get("error")
        or inner
        or (silent and _in_envelope(chunk))
    )


def _is_told_as_failed(chunk: dict[str, Any]) -> bool:
    """Whether words come under a name of errors alone, or beside a flag of failure."""
    failed = chunk.get("success") is False or chunk.get("status") in ["error", "failed", "fail"]
    named = any(chunk.get(name) for name in ("detail", "errors", "error_message", "error_msg"))
    return bool((failed or named) and message_of(chunk))


def _in_envelope(chunk: dict[str, Any]) -> dict[str, Any] | None:
    """Return what MiniMax and Spark say around an answer that there is not."""
    for name, code, words in _ENVELOPES:
        inner = chunk.get(name)
        if isinstance(inner, dict) and inner.get(code):
            return {"message": inner.get(words)}
    return None


def _is_code_with_words(chunk: dict[str, Any]) -> bool:
    """Whether this is DashScope's way: a name of the error and words, and nothing of an answer."""
    code, words = chunk.get("code"), chunk.get("message") or chunk.get("msg")
    fine = isinstance(code, str) and code.lower() in {"", "0", "200", "ok", "success"}
    named = isinstance(code, str) and not fine
    numbered = isinstance(code, int) and not isinstance(code, bool) and code >= 400
    return bool(isinstance(words, str) and words and (named or numbered)) and not chunk.get("data")


def _count(value: object) -> int | None:
    right = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31
    return value if right and isinstance(value, int) else None


def _money(value: object) -> Decimal | None:
    amount = amount_of(value)
    return amount if amount is not None and 0 <= amount < 10_000 else None
