"""Finds the error that a piece of an answer is or has, in the shapes that servers write it in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.providers.http_errors import NAMES_OF_ERRORS, message_of, plainly_named
from playground.providers.openai.shapes import choice_of

if TYPE_CHECKING:
    from playground.providers.openai.shapes import Piece

_ENVELOPES = (("base_resp", "status_code", "status_msg"), ("header", "code", "message"))


def error_of(chunk: dict[str, Any], piece: Piece) -> Any:
    """Return the error that a piece surely is, has or tells of its choice; None for none."""
    silent = not piece.says_something
    if silent and (chunk.get("error") is True or _is_told_as_failed(chunk)):
        return chunk
    named = chunk.get("type") in ["error", "exception"] and "error" not in chunk
    if chunk.get("object") == "error" or named:
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
    plain = plainly_named(chunk)
    states = [plain.get(name) for name in ("status", "statuscode", "httpstatus", "errcode")]
    failed = chunk.get("success") is False or any(map(_is_of_a_failure, states))
    named = any(plain.get(name) for name in ("detail", "errors", *NAMES_OF_ERRORS))
    return bool((failed or named) and message_of(chunk))


def _is_of_a_failure(state: object) -> bool:
    text = str(state).lower()
    return text in {"error", "failed", "fail"} or (text.isdecimal() and int(text[:9]) >= 400)


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
