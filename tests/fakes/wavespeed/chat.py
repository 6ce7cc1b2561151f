"""Chat completions on the wire: one object, or server-sent events word by word."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fakes.wavespeed.account import Submission


@dataclass
class Paced:
    """A body that goes out piece by piece, with so many seconds before each."""

    pieces: list[bytes]
    pause: float


def completion_chunks(made: Submission, text: str) -> Iterator[bytes]:
    yield b": waiting\n\n"
    yield _event(made, {"role": "assistant", "content": ""})
    for word in re.findall(r"\S+\s*", text):
        yield _event(made, {"content": word})
    yield _event(made, {}, "stop") + _event(made, {}, usage=True) + b"data: [DONE]\n\n"


def _event(made: Submission, delta: dict[str, str], end: str = "", usage: bool = False) -> bytes:
    choices = [] if usage else [{"index": 0, "delta": delta, "finish_reason": end or None}]
    counted = {"usage": _usage(made)} if usage else {}
    head = {"id": made.id, "object": "chat.completion.chunk", "model": made.model}
    return f"data: {json.dumps({**head, 'choices': choices, **counted})}\n\n".encode()


USAGE = {"prompt_tokens": 12, "completion_tokens": 34, "total_tokens": 46, "cost": 0.00125}


def whole_completion(made: Submission, text: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    head = {"id": made.id, "object": "chat.completion", "model": made.model}
    return {**head, "choices": [choice], "usage": _usage(made)}


def _usage(made: Submission) -> dict[str, Any]:
    images = json.dumps(made.body).count('"image_url": {')
    return USAGE | {"prompt_tokens": USAGE["prompt_tokens"] + made.image_tokens * images}
