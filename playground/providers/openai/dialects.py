"""What a server refused of the fields that this playground chooses, so that they are left out.

Two differ between servers that are otherwise alike: some know no `stream_options`, and OpenAI's
reasoning models want `max_completion_tokens` where all others know `max_tokens` alone. What was
learned holds for this process; another one learns it again by one refusal, which costs nothing.
"""

from __future__ import annotations

import threading
from typing import Any

STREAM, TOKENS, NEW_TOKENS = "stream_options", "max_tokens", "max_completion_tokens"
MOST = 1000  # models that are remembered

_lock = threading.Lock()
_learned: dict[tuple[str, str], frozenset[str]] = {}


def in_dialect(url: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return the body as this server is known to take it."""
    learned = _learned.get((url, body["model"]), frozenset())
    if STREAM in learned:
        body = {name: value for name, value in body.items() if name != STREAM}
    if NEW_TOKENS in learned:
        body = {NEW_TOKENS if name == TOKENS else name: value for name, value in body.items()}
    return body


def learn(url: str, body: dict[str, Any], refusal: str) -> bool:
    """Remember what a refusal names. Returns whether the same would be asked differently now."""
    named = {STREAM} if STREAM in body and STREAM in refusal else set()
    named |= {NEW_TOKENS} if TOKENS in body and NEW_TOKENS in refusal else set()
    with _lock:
        if len(_learned) >= MOST:
            _learned.clear()
        key = (url, body["model"])
        _learned[key] = _learned.get(key, frozenset()) | named
    return bool(named)
