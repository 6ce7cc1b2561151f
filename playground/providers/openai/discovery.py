"""Finds out which server answers at a port of this machine, and which of its models see.

Only reads. What a server is called follows the four that people run at home: see capabilities.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.providers.base import OfferedModel, ProviderError
from playground.providers.endpoint import Server
from playground.providers.openai.capabilities import who_answers
from playground.providers.openai.model_list import entries_of
from playground.providers.openai.provider import MAX_LIST_BYTES, OpenAI
from playground.providers.sanitising import MAX_VALUES, clean_json
from playground.providers.transport import Timeouts, TransportError, send

if TYPE_CHECKING:
    from playground.providers.base import ImageFile

TIMEOUTS = Timeouts(connect=0.5, read=2, total=4)


@dataclass(frozen=True)
class Found:
    """What answers. url: up to and with `/v1`."""

    name: str
    url: str
    models: tuple[OfferedModel, ...]


def look(port: int) -> Found | None:
    """Return the server at this port of this machine; None where nothing of the kind answers."""
    url = f"http://127.0.0.1:{port}/v1"
    name = _name(url)
    if name is None:
        return None
    try:
        offered = OpenAI(Server("", url), _no_picture, reading=TIMEOUTS).offered()
    except ProviderError:
        return None
    return Found(name, url, tuple(offered))


def _name(url: str) -> str | None:
    """Return what answers here is called; None where it lists no models."""
    try:
        answer = send("GET", f"{url}/models", headers={}, timeouts=TIMEOUTS, limit=MAX_LIST_BYTES)
        entries = entries_of(clean_json(answer.json(MAX_VALUES))) if answer.ok else None
    except (TransportError, ValueError):
        return None
    return None if entries is None else who_answers(entries) or "Server"


def _no_picture(_sha256: str) -> ImageFile:
    raise NotImplementedError
