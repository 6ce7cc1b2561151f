"""Request and response of a chat completion with hidden parts taken out: see wire.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playground.exports.redaction.scope import Shown
    from playground.runs.models.run_image import RunImage

USAGE = ("prompt_tokens", "completion_tokens", "total_tokens")


def shown_messages(
    messages: Any, entries: Sequence[RunImage], answers: Sequence[str], shown: Shown
) -> list[Any]:
    """Return what was said to the model: the person's words, and pictures where they are shown.

    answers: what the model is told that it answered before, as it is shown.
    """
    if not isinstance(messages, list):
        return []
    left, before = iter(entries), iter(answers)
    roles = ["user", *(["assistant"] if answers else []), *(["system"] * shown.system_prompt)]
    return [
        {"role": one["role"], "content": _content(_said(one, before), left, shown)}
        for one in messages
        if isinstance(one, dict) and one.get("role") in roles
    ]


def _said(message: dict[str, Any], answers: Iterator[str]) -> Any:
    return next(answers, "") if message["role"] == "assistant" else message.get("content")


def _content(content: Any, left: Iterator[RunImage], shown: Shown) -> Any:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return [kept for part in parts if (kept := _part(part, left, shown))]


def _part(part: Any, left: Iterator[RunImage], shown: Shown) -> dict[str, Any] | None:
    """A text as it was; a picture under an address that the reader may open, if it is shown."""
    if not isinstance(part, dict):
        return None
    if part.get("type") == "text":
        return {"type": "text", "text": part.get("text")}
    entry = next(left, None)
    if part.get("type") != "image_url" or not entry or not shown.shows(entry):
        return None
    sent = part.get("image_url")
    sent = sent if isinstance(sent, dict) else {}
    picture = {"url": address_of(sent.get("url", ""), entry, shown)}
    picture |= {"detail": sent["detail"]} if "detail" in sent else {}
    return {"type": "image_url", "image_url": picture}


def address_of(sent: Any, entry: RunImage, shown: Shown) -> str:
    """Return the address under which the reader has the picture; the owner: what was sent."""
    if shown.own or not entry.image_id:
        return str(sent)
    return shown.addresses.picture(entry)


def shown_choices(
    response: dict[str, Any], output: str, thoughts: str, shown: Shown
) -> dict[str, Any]:
    """Return the answer as it is shown, why it ended, and what it counted if costs are shown."""
    choices = response.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else {}
    reason = first.get("finish_reason") if isinstance(first, dict) else None
    message = {"role": "assistant", "content": output}
    message |= {"reasoning": thoughts} if thoughts else {}
    choice = {"index": 0, "message": message, "finish_reason": _word(reason)}
    usage = response.get("usage")
    counted = usage if isinstance(usage, dict) and shown.costs else {}
    counts = {name: counted[name] for name in USAGE if isinstance(counted.get(name), int)}
    return {"choices": [choice]} | ({"usage": counts} if counts else {})


def _word(reason: Any) -> str | None:
    return reason if isinstance(reason, str) and len(reason) <= 50 else None
