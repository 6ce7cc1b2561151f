"""What the pages of a run show of its wire: request and response, the bytes that came, API code."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.conf import settings

from playground.exports.redaction.received import shown_received
from playground.exports.snippets.chat_completions import chat_snippets
from playground.exports.snippets.wavespeed import Snippet, snippets
from playground.images.models import ImageVariant
from playground.providers.endpoint import WAVESPEED
from playground.rendering import highlight

if TYPE_CHECKING:
    from playground.runs.models.run import Run

MAX_SHOWN = 200_000  # characters of one text on a page; the rest is a download away
CUT = "\n[Shown up to here. The JSON has all of it.]"


def wire_context(run: Run) -> dict[str, Any]:
    """All of it, for its owner."""
    return {
        "request_html": highlighted(run.request),
        "response_html": highlighted(run.response),
        "snippets": [(one, highlight(one.code, one.language)) for one in _programs(run)],
        **_received(run),
    }


def highlighted(value: Any) -> str:
    if value is None:
        return ""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return highlight(text[:MAX_SHOWN], "json") + (CUT if len(text) > MAX_SHOWN else "")


def _programs(run: Run) -> list[Snippet]:
    """The API code of what was sent: to WaveSpeedAI, or as a chat completion."""
    body = run.request
    if body and run.provider == WAVESPEED:
        return snippets(body, str(settings.WAVESPEED_BASE_URL))
    if not isinstance(body, dict) or "messages" not in body:
        return []
    hashes = list(run.images.values_list("sent_sha256", flat=True))
    kinds = dict(
        ImageVariant.objects.filter(sha256__in=hashes).values_list("sha256", "content_type")
    )
    files = {
        f"sha256:{one}": (f"image-{number}.{kinds[one].partition('/')[2]}", kinds[one])
        for number, one in enumerate(hashes, start=1)
        if one in kinds
    }
    return chat_snippets(body, files)


def _received(run: Run) -> dict[str, Any]:
    received = shown_received(run) if run.has_ended else None
    text = received.written if received else ""
    return {
        "received": received,
        "received_text": text[:MAX_SHOWN],
        "received_cut": len(text) > MAX_SHOWN,
    }
