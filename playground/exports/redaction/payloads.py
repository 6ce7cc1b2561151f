"""Request and response with hidden parts taken out.

By what is known to be fit to show, not by what is known to be secret: a field that the provider
adds tomorrow, or an echo of the input, must not carry out what a person has hidden.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playground.exports.redaction.chat_payloads import address_of, shown_choices, shown_messages
from playground.providers.exchange import as_text
from playground.providers.parameters.listed import PARAMETERS
from playground.runs.exchange import exchange_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playground.exports.redaction.exchange import ShownTurn
    from playground.exports.redaction.scope import Shown
    from playground.runs.models.run import Run
    from playground.runs.models.run_image import RunImage

REQUEST = ["model", "prompt", "system_prompt", "images", "reasoning", "priority", "temperature"]
REQUEST += ["max_tokens", "enable_sync_mode", "messages", "stream", "stream_options"]
REQUEST += ["reasoning_effort", "max_completion_tokens"]
REQUEST += [name for one in PARAMETERS.values() for name in one.wire if name not in REQUEST]
RESPONSE = ("code", "model", "created")
PREDICTION = ("model", "status", "has_nsfw_contents", "created_at")
_ADDRESS = re.compile(
    r"\b[a-z][a-z0-9+.-]*://[^\s'\"<>]+|\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b", re.I
)


@dataclass(frozen=True)
class Secrets:
    """What others may not say of a run. texts: nowhere, word for word.

    quotes: whether sentences that the provider wrote may be shown. They may repeat what is hidden
    cut short or escaped, where no comparison of texts finds it. addresses: whether with the
    addresses in them: of uploads, which open to anybody, and of servers in the owner's network.
    """

    texts: tuple[str, ...]
    quotes: bool
    addresses: bool

    def are_in(self, text: str) -> bool:
        return any(secret in text for secret in self.texts)

    def sentence(self, text: str) -> str:
        """Return what the provider wrote, or nothing where it might tell too much."""
        if not self.quotes or self.are_in(text):
            return ""
        return text if self.addresses else _ADDRESS.sub("[address]", text)


def shown_request(
    run: Run, entries: Sequence[RunImage], exchange: Sequence[ShownTurn], shown: Shown
) -> Any:
    """Return what was sent, as far as it may be shown; None where nothing was sent.

    exchange: what was asked and answered before, as it is shown.
    """
    body = run.request
    if shown.is_exact or not isinstance(body, dict):
        return body if shown.is_exact else None
    dropped = {"system_prompt"} if not shown.system_prompt else set()
    dropped |= {"reasoning", "reasoning_effort"} if not shown.reasoning else set()
    parameters = shown_parameters(run, entries, shown)
    names = [*REQUEST, *parameters.get("extra_body", {})]
    kept = {name: body[name] for name in names if name in body and name not in dropped}
    if "images" in kept:
        kept["images"] = _images(kept["images"], entries, shown)
    if "prompt" in kept and exchange:
        kept["prompt"] = as_text(exchange, run.prompt, len(entries))
    if "messages" in kept:
        answers = [turn.answer for turn in exchange]
        kept["messages"] = shown_messages(kept["messages"], entries, answers, shown)
    return kept


def shown_parameters(run: Run, entries: Sequence[RunImage], shown: Shown) -> dict[str, Any]:
    """Return what was set, as far as it may be shown: free JSON only with all else of the run."""
    hidden = set() if shown.reasoning else {"reasoning_effort"}
    hidden |= set() if shown.is_exact or _is_whole(run, entries, shown) else {"extra_body"}
    return {name: value for name, value in run.parameters.items() if name not in hidden}


def _images(sent: Any, entries: Sequence[RunImage], shown: Shown) -> list[str]:
    """The address of each picture that is shown; to a stranger, where the link has it.

    The provider's own address of an upload outlives every link and opens to anybody.
    """
    if not isinstance(sent, list) or len(sent) != len(entries):
        return []
    pairs = zip(sent, entries, strict=True)
    return [address_of(one, entry, shown) for one, entry in pairs if shown.shows(entry)]


def shown_response(run: Run, output: str, thoughts: str, secrets: Secrets, shown: Shown) -> Any:
    """Return what came back, as far as it may be shown. output, thoughts: as they are shown."""
    response = run.response
    if shown.is_exact or not isinstance(response, dict):
        return response if shown.is_exact else None
    kept: dict[str, Any] = {name: response[name] for name in RESPONSE if name in response}
    if message := secrets.sentence(_text(response.get("message"))):
        kept["message"] = message
    data = response.get("data")
    if isinstance(data, dict):
        kept["data"] = {name: data[name] for name in PREDICTION if name in data}
        if isinstance(data.get("timings"), dict):
            kept["data"]["timings"] = {"inference": data["timings"].get("inference")}
    if any(map(secrets.are_in, _texts(kept))):
        return None
    if "choices" in response:
        kept |= shown_choices(response, output, thoughts, shown)
    if isinstance(data, dict) and "outputs" in data:
        kept["data"]["outputs"] = [output] if output else []
    return kept


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, str):
        yield value


def secrets_of(run: Run, entries: Sequence[RunImage], shown: Shown) -> Secrets:
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
    whole = _is_whole(run, entries, shown)
    return Secrets(tuple(text for text in texts if text.strip()), whole, addresses=shown.own)


def _is_whole(run: Run, entries: Sequence[RunImage], shown: Shown) -> bool:
    """Whether the reader gets all of this run that its owner gets."""
    hidden = run.system_prompt and not shown.system_prompt
    flagged = run.flagged or any(turn.flagged for turn in exchange_of(run))
    withheld = flagged and not shown.flagged
    return not hidden and not withheld and shown.costs and all(map(shown.shows, entries))
