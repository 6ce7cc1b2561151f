"""What a server refused of what this playground chooses, so that it is asked otherwise.

Servers that are alike otherwise differ in five things: some know no `stream_options`; some stream
nothing, or not to everybody; OpenAI's reasoning models want `max_completion_tokens` where all
others know `max_tokens` alone; some take no schema of the answer; and some read fewer kinds of
pictures. What was learned holds for this process; another one learns it again by one refusal, which
costs nothing.
"""

import re
import threading
from collections.abc import Collection
from typing import Any

STREAM, TOKENS, NEW_TOKENS = "stream_options", "max_tokens", "max_completion_tokens"
NO_STREAM = "stream"
SCHEMA = "response_format"
_NO_SCHEMA = re.compile(r"response[_ ]format|json[_ ]schema|structured[_ ]output", re.IGNORECASE)
_WRONG_SCHEMA = re.compile(r"invalid[\w ]{0,20}schema|schema[\w ]{0,20}invalid", re.IGNORECASE)
MAX_REMEMBERED_MODELS = 1000  # models that are remembered
PLAIN = frozenset({"image/png", "image/jpeg"})
FURTHER = {"webp": "image/webp", "gif": "image/gif"}
_STREAMING = re.compile(r"\bstream(ing|ed|s)?\b|\bSSE\b|server-sent|流式", re.IGNORECASE)
# As llama.cpp, Ollama, LM Studio, OpenAI, xAI and others say that they cannot read a picture.
_UNREAD = re.compile(
    r"(unsupported|invalid|unknown|unrecognized|not? (a )?(supported|valid|recognized))"
    r"[\s\w:'/`-]{0,40}(image|picture|media|mime|format|webp|gif)"
    r"|(image|picture|media|mime|format|webp|gif)[\s\w:'/`;=-]{0,60}"
    r"(unsupported|unknown|invalid|corrupt|(not|n't)( be)?( \w+)? "
    r"(supported|valid|recognized|processed|decoded|loaded|read|identified))"
    r"|(failed|unable|error|cannot|could ?n[o']t|can't)[\s\w]{0,20}"
    r"(load|decod|read|pars|process|identify|open)\w*[\s\w]{0,20}(image|picture|media|webp|gif)"
    r"|must be[\s\w]{0,20} (png|jpe?g)|only (supports? )?[\w ,./'-]{0,40}(png|jpe?g)",
    re.IGNORECASE,
)

_lock = threading.Lock()
_learned: dict[tuple[str, str], frozenset[str]] = {}
_pictures: dict[tuple[str, str], frozenset[str]] = {}


def in_dialect(url: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return the body as this server is known to take it."""
    learned = _learned.get((url, body["model"]), frozenset())
    dropped = learned & {STREAM, SCHEMA}
    body = {name: value for name, value in body.items() if name not in dropped}
    if NO_STREAM in learned:
        body = {name: value for name, value in body.items() if name != STREAM} | {"stream": False}
    if NEW_TOKENS in learned:
        body = {NEW_TOKENS if name == TOKENS else name: value for name, value in body.items()}
    return body


def learn(url: str, body: dict[str, Any], refusal: str) -> bool:
    """Remember what a refusal names. Returns whether the same would be asked differently now."""
    named = {STREAM} if STREAM in body and STREAM in refusal else set()
    named |= {NEW_TOKENS} if TOKENS in body and NEW_TOKENS in refusal else set()
    if SCHEMA in body and _NO_SCHEMA.search(refusal) and not _WRONG_SCHEMA.search(refusal):
        named |= {SCHEMA}  # the answer is checked by it all the same
    if not named and body.get("stream") is True and _STREAMING.search(refusal):
        named = {NO_STREAM}
    _remember(
        _learned, (url, body["model"]), _learned.get((url, body["model"]), frozenset()) | named
    )
    return bool(named)


def reads(url: str, model: str) -> Collection[str] | None:
    """Return the kinds of pictures that are known to be read; None for all."""
    return _pictures.get((url, model))


def means_unread_picture(refusal: str) -> bool:
    """Whether a server says that it could not read a picture: then it gave no answer either."""
    return bool(_UNREAD.search(refusal))


def learn_pictures(url: str, model: str, sent: Collection[str], refusal: str) -> bool:
    """Remember what a refusal says of pictures of these kinds.

    PNG and JPEG are read everywhere; others only where the refusal names them as read. Returns
    whether the same would be sent as another kind now.
    """
    known = reads(url, model)
    unread = {kind for kind in sent if kind not in PLAIN and (known is None or kind in known)}
    if not unread or not means_unread_picture(refusal):
        return False
    listed = {kind for word, kind in FURTHER.items() if word in refusal.lower()}
    names_plain = bool(re.search(r"png|jpe?g", refusal, re.IGNORECASE))
    read = PLAIN | (listed - unread if names_plain else frozenset())
    _remember(_pictures, (url, model), read)
    return True


def _remember(
    where: dict[tuple[str, str], frozenset[str]], key: tuple[str, str], what: frozenset[str]
) -> None:
    with _lock:
        if len(where) >= MAX_REMEMBERED_MODELS:
            where.clear()
        where[key] = what
