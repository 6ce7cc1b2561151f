"""Request and response with hidden parts taken out.

By what is known to be fit to show, not by what is known to be secret: a field that the provider
adds tomorrow, or an echo of the input, must not carry out what a person has hidden.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.shown.chat import address_of, shown_choices, shown_messages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from playground.models import Run, RunImage
    from playground.shown.choice import Shown

REQUEST = ["model", "prompt", "system_prompt", "images", "reasoning", "priority", "temperature"]
REQUEST += ["max_tokens", "enable_sync_mode", "messages", "stream", "stream_options"]
REQUEST += ["reasoning_effort"]
RESPONSE = ("code", "message", "model", "created")
PREDICTION = ("model", "status", "has_nsfw_contents", "created_at")


def shown_request(run: Run, entries: Sequence[RunImage], shown: Shown) -> Any:
    """Return what was sent, as far as it may be shown; None where nothing was sent."""
    body = run.request
    if shown.is_exact or not isinstance(body, dict):
        return body if shown.is_exact else None
    dropped = {"system_prompt"} if not shown.system_prompt else set()
    dropped |= {"reasoning", "reasoning_effort"} if not shown.reasoning else set()
    kept = {name: body[name] for name in REQUEST if name in body and name not in dropped}
    if "images" in kept:
        kept["images"] = _images(kept["images"], entries, shown)
    if "messages" in kept:
        kept["messages"] = shown_messages(kept["messages"], entries, shown)
    return kept


def _images(sent: Any, entries: Sequence[RunImage], shown: Shown) -> list[str]:
    """The address of each picture that is shown; to a stranger, where the link has it.

    The provider's own address of an upload outlives every link and opens to anybody.
    """
    if not isinstance(sent, list) or len(sent) != len(entries):
        return []
    pairs = zip(sent, entries, strict=True)
    return [address_of(one, entry, shown) for one, entry in pairs if shown.shows(entry)]


def shown_response(
    run: Run, output: str, thoughts: str, secrets: Iterable[str], shown: Shown
) -> Any:
    """Return what came back, as far as it may be shown. output, thoughts: as they are shown."""
    response = run.response
    if shown.is_exact or not isinstance(response, dict):
        return response if shown.is_exact else None
    kept: dict[str, Any] = {name: response[name] for name in RESPONSE if name in response}
    data = response.get("data")
    if isinstance(data, dict):
        kept["data"] = {name: data[name] for name in PREDICTION if name in data}
        if isinstance(data.get("timings"), dict):
            kept["data"]["timings"] = {"inference": data["timings"].get("inference")}
    if any(mentions(text, secrets) for text in _texts(kept)):
        return None
    if "choices" in response:
        kept |= shown_choices(response, output, thoughts, shown)
    if isinstance(data, dict) and "outputs" in data:
        kept["data"]["outputs"] = [output] if output else []
    return kept


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, str):
        yield value


def secrets_of(run: Run, entries: Sequence[RunImage], shown: Shown) -> list[str]:
    """Return texts that must not be shown: hidden ones, and ids where the reader is a stranger."""
    texts = [] if shown.system_prompt else [run.system_prompt]
    sent: Any = run.request.get("images") if isinstance(run.request, dict) else None
    known = isinstance(sent, list) and len(sent) == len(entries)
    for place, entry in enumerate(entries):
        uploaded = str(sent[place]) if known and entry.image_id else ""
        if not shown.shows(entry):
            texts += [entry.image_id or "", entry.sent_sha256, entry.url, entry.name, uploaded]
        elif entry.image_id and not shown.own:
            texts += [uploaded, entry.url]
    if not shown.own:
        texts += [str(run.pk), run.pk.hex, run.prediction_id, str(run.comparison_id or "")]
    return [text for text in texts if text.strip()]


def mentions(text: str, secrets: Iterable[str]) -> bool:
    """Whether a text that others wrote repeats something that must not be shown."""
    return any(secret in text for secret in secrets)
