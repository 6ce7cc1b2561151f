"""What is asked, as chat completions write it.

In the body that is kept, a stored picture is `sha256:<hex>`; `with_pictures` puts its bytes there
at the moment of sending. So the exact request can be kept without megabytes of base64.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from playground.providers.parameters.listed import sent_with

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from playground.providers.base import ImageFile, PredictionRequest

PREFIX = "sha256:"


def body_of(request: PredictionRequest) -> dict[str, Any]:
    """Return the JSON of a submission. What was not chosen is left out: the server decides."""
    body: dict[str, Any] = {
        "model": request.model,
        "messages": _messages(request),
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    optional = {
        "temperature": request.temperature,
        "max_tokens": request.max_tokens,
        "reasoning_effort": "medium" if request.reasoning else None,
    }
    body |= {name: value for name, value in optional.items() if value is not None}
    return sent_with(body, request.parameters)


def _messages(request: PredictionRequest) -> list[dict[str, Any]]:
    """The pictures go with the first question, where they stood when it was asked."""
    questions = [*(turn.question for turn in request.exchange), request.prompt]
    said = [_message("user", _with_images(questions[0], request.images))]
    for turn, question in zip(request.exchange, questions[1:], strict=True):
        said += [_message("assistant", turn.answer), _message("user", question)]
    system = [_message("system", request.system_prompt)] if request.system_prompt else []
    return [*system, *said]


def _message(role: str, content: Any) -> dict[str, Any]:
    return {"role": role, "content": content}


def _with_images(question: str, images: Sequence[str]) -> Any:
    pictures = [{"type": "image_url", "image_url": {"url": one}} for one in images]
    return [{"type": "text", "text": question}, *pictures] if pictures else question


def with_pictures(body: dict[str, Any], find: Callable[[str], ImageFile]) -> dict[str, Any]:
    """Return the body as it is sent. find: gives the picture of a content hash."""
    return body | {"messages": [_with_pictures(one, find) for one in body["messages"]]}


def _with_pictures(message: dict[str, Any], find: Callable[[str], ImageFile]) -> dict[str, Any]:
    content = message["content"]
    if isinstance(content, str):
        return message
    return message | {"content": [_with_picture(part, find) for part in content]}


def _with_picture(part: dict[str, Any], find: Callable[[str], ImageFile]) -> dict[str, Any]:
    address = part.get("image_url", {}).get("url", "")
    if not address.startswith(PREFIX):
        return part
    picture = find(address.removeprefix(PREFIX))
    data = base64.b64encode(picture.data).decode()
    url = f"data:{picture.content_type};base64,{data}"
    return part | {"image_url": part["image_url"] | {"url": url}}


def pictures_in(body: dict[str, Any]) -> list[str]:
    """Return the content hashes of the stored pictures that a kept body names."""
    contents = [one["content"] for one in body["messages"] if isinstance(one["content"], list)]
    parts = [part.get("image_url", {}).get("url", "") for content in contents for part in content]
    return [one.removeprefix(PREFIX) for one in parts if one.startswith(PREFIX)]
