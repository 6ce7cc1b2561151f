"""Finds the error that a piece of an answer is or has, in the shapes that servers write it in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.providers.http_errors import message_of
from playground.providers.openai.shapes import choice_of

if TYPE_CHECKING:
    from playground.providers.openai.shapes import Piece

_ENVELOPES = (("base_resp", "status_code", "status_msg"), ("header", "code", "message"))


def error_of(chunk: dict[str, Any], piece: Piece) -> Any:
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
