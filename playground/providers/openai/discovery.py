"""Finds out which server answers at a port of this machine, and which of its models see.

Only reads. What a server is called and what it says of its models follows the four that people
run at home: Ollama, LM Studio, llama.cpp and vLLM.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from playground.providers.base import OfferedModel, ProviderError
from playground.providers.cleaning import clean_json
from playground.providers.openai.provider import OpenAI
from playground.providers.server import Server
from playground.providers.transport import Timeouts, TransportError, send

if TYPE_CHECKING:
    from playground.providers.base import ImageFile

TIMEOUTS = Timeouts(connect=0.5, read=2, total=4)
LIMIT = 4 * 1024 * 1024  # bytes of an answer
MOST = 100  # models that are asked about one by one
OWNERS = {"library": "Ollama", "organization_owner": "LM Studio", "llamacpp": "llama.cpp"}
OWNERS |= {"vllm": "vLLM"}


@dataclass(frozen=True)
class Found:
    """What answers. url: up to and with `/v1`."""

    name: str
    url: str
    models: tuple[OfferedModel, ...]


def look(port: int) -> Found | None:
    """Return the server at this port of this machine; None where nothing of the kind answers."""
    base = f"http://127.0.0.1:{port}"
    listed = _read("GET", f"{base}/v1/models")
    entries = listed.get("data") if isinstance(listed, dict) else None
    if not isinstance(entries, list):
        return None
    try:
        offered = OpenAI(Server("", f"{base}/v1"), _no_picture, reading=TIMEOUTS).offered()
    except ProviderError:
        return None
    owners = {str(one.get("owned_by")) for one in entries if isinstance(one, dict)}
    name = next((OWNERS[one] for one in sorted(owners & OWNERS.keys())), "Server")
    seeing = {"Ollama": _ollama, "LM Studio": _lm_studio, "llama.cpp": _llama_cpp}.get(name)
    return Found(name, f"{base}/v1", tuple(seeing(base, offered) if seeing else offered))


def _ollama(base: str, offered: list[OfferedModel]) -> list[OfferedModel]:
    return [_ollama_model(base, one) if n < MOST else one for n, one in enumerate(offered)]


def _ollama_model(base: str, model: OfferedModel) -> OfferedModel:
    shown = _read("POST", f"{base}/api/show", {"model": model.id})
    said = shown.get("capabilities") if isinstance(shown, dict) else None
    return replace(model, vision="vision" in said) if isinstance(said, list) else model


def _lm_studio(base: str, offered: list[OfferedModel]) -> list[OfferedModel]:
    listed = _read("GET", f"{base}/api/v0/models")
    entries = listed.get("data") if isinstance(listed, dict) else None
    known = [one for one in entries or [] if isinstance(one, dict)]
    kinds = {one.get("id"): one.get("type") for one in known}
    return [
        replace(one, vision=kinds[one.id] == "vlm") if kinds.get(one.id) else one for one in offered
    ]


def _llama_cpp(base: str, offered: list[OfferedModel]) -> list[OfferedModel]:
    said = _read("GET", f"{base}/props")
    modalities = said.get("modalities") if isinstance(said, dict) else None
    vision = modalities.get("vision") if isinstance(modalities, dict) else None
    return [replace(one, vision=vision) if isinstance(vision, bool) else one for one in offered]


def _read(method: str, url: str, asked: dict[str, Any] | None = None) -> Any:
    """Return the JSON of a success, else None."""
    body = json.dumps(asked).encode() if asked else b""
    headers = {"Content-Type": "application/json"} if asked else {}
    try:
        answer = send(method, url, headers=headers, body=body, timeouts=TIMEOUTS, limit=LIMIT)
        return clean_json(answer.json()) if answer.ok else None
    except (TransportError, ValueError):
        return None


def _no_picture(_sha256: str) -> ImageFile:
    raise NotImplementedError
