"""What the answers of chat-completions servers mean: one piece, an unnamed stream, or a refusal."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from playground.providers.base import ErrorKind, ProviderError
from playground.providers.http_errors import (
    SUBMITTING,
    Verdicts,
    code_of,
    describe,
    kind_of,
    kind_of_words,
    message_of,
    name_of,
    wait_of,
)
from playground.providers.openai.dialects import means_unread_picture
from playground.providers.openai.values import DONE
from playground.providers.sanitising import MAX_VALUES, clean_json, is_overfull, whole_number
from playground.providers.transport import EventReader, TooLongError

if TYPE_CHECKING:
    from collections.abc import Callable

    from playground.providers.openai.completions import Completion
    from playground.providers.transport import Answer, Stream

STREAMS = ("text/event-stream", "ndjson", "jsonl", "json-lines", "json-seq", "stream+json")
MARK_BYTES = 100  # at the start of an answer, by which a stream is known
MAX_PIECES = 20_000  # of an answer that is a list of them
_UNNAMED = re.compile(r"\ufeff?\s*(data|event|id|retry|)(:|\s*:\s)")


def is_event_stream(stream: Stream) -> bool:
    named = stream.headers.get("Content-Type", "").lower()
    return any(one in named for one in STREAMS) and 200 <= stream.status < 300


def take_whole(answer: Answer, completion: Completion) -> str:
    """Some servers answer in one piece although a stream was asked for; all refuse so."""
    if answer.ok and _UNNAMED.match(answer.body[:MARK_BYTES].decode("utf-8", "replace")):
        return _take_unnamed_stream(answer, completion)
    try:
        body = opened(answer, SUBMITTING, completion.tidy)
    except ProviderError:
        if answer.ok and _is_json_lines(answer):
            return _take_unnamed_stream(answer, completion)
        raise
    pieces = body if isinstance(body, list) else [body]
    for piece in pieces[:MAX_PIECES]:
        if isinstance(piece, dict):
            completion.take(piece, whole=len(pieces) == 1)
    if completion.error and not any(completion.text):
        # A number of the server's own says no more than that something is not as it should be.
        numbered = isinstance(body, dict) and isinstance(body.get("code"), int)
        unsure = ErrorKind.UNKNOWN if numbered else ErrorKind.FAILED
        told = f"{message_of({'error': completion.error})} {name_of({'error': completion.error})}"
        unsure = kind_of_words(f"{told} {message_of(completion.error)}") or unsure
        raise _failed(answer, body, {"error": completion.error}, unsure)
    if not completion.says_something:
        raise _failed(answer, body, body, ErrorKind.UNKNOWN)
    completion.done = True
    return ""


def _failed(answer: Answer, body: Any, error: Any, unsure: ErrorKind) -> ProviderError:
    """What a success without an answer means, by the words and the code inside it."""
    words = message_of(error) or message_of(error.get("error") if isinstance(error, dict) else None)
    kind = kind_of(code_of(error) or 0, f"{words} {name_of(error)}", unsure)
    detail = words or "the submission was answered without an answer"
    return ProviderError(kind, detail, retry_after=wait_of(error), status=answer.status, body=body)


def opened(answer: Answer, verdicts: Verdicts, tidy: Callable[[str], str]) -> Any:
    """Return the JSON of a success. Raises ProviderError for everything else."""
    try:
        body = clean_json(answer.json(MAX_VALUES), tidy)
    except ValueError:
        body = None
    if answer.ok and body is not None:
        return body
    said = message_of(body) or _plain(tidy(answer.text)) or answer.problem
    unsure = verdicts.malformed if answer.ok and not answer.problem else verdicts.uncertain
    kind = _kind(answer.status, f"{said} {name_of(body)}", unsure)
    page = "a web page" if answer.text.lstrip().startswith("<") else ""
    detail = describe(said) or " with ".join(filter(None, [f"HTTP {answer.status}", page]))
    wait = answer.retry_after if answer.retry_after is not None else wait_of(body)
    raise ProviderError(kind, detail, retry_after=wait, status=answer.status, body=body)


def _is_json_lines(answer: Answer) -> bool:
    """Whether an object is followed by another one, or by the word that ends a stream."""
    text = answer.text.strip()
    if is_overfull(text):
        return False
    try:
        value, end = json.JSONDecoder(parse_int=whole_number).raw_decode(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and text[end:].lstrip().startswith(("{", DONE))


def _take_unnamed_stream(answer: Answer, completion: Completion) -> str:
    reader = EventReader()
    try:
        for event in (*reader.take(answer.body), *reader.end()):
            completion.take_event(event)
    except TooLongError as error:
        return str(error)
    return ""


def _kind(status: int, said: str, uncertain: ErrorKind) -> ErrorKind:
    """As everywhere; and two ways of servers at home to say that they took nothing.

    llama.cpp says so while it still loads the model, and Ollama's 500 of a picture that it could
    not read is a refusal like any other.
    """
    if status == 503 and "Loading model" in said:
        return ErrorKind.RATE
    if status in {415, 500, 501} and means_unread_picture(said):
        return ErrorKind.IMAGE
    return kind_of(status, said, uncertain)


def _plain(text: str) -> str:
    return "" if text.lstrip().startswith("<") else text.strip()[:500]
