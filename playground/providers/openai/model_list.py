"""Reads a list of models: OpenAI's names alone, and what others add to an entry."""

import re
from decimal import Decimal
from itertools import islice
from typing import Any

from playground.providers.base import OfferedModel
from playground.providers.sanitising import amount_of

_BY_NAME = ("data", "models")
_PLACES = (*_BY_NAME, "items", "results", "result")
_NAMES = ("id", "model", "name", "model_name", "model_id", "key", "modelId", "modelName", "slug")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
MAX_MODELS, MAX_ENTRIES = 2000, 10_000  # of one server; not every entry need be a model
MAX_ID = 200  # characters; part of a longer one would name another model


def entries_of(body: Any) -> list[Any] | None:
    """Return what is listed; None where this is no list.

    Most write `data`, Together and others a bare array, Ollama's own and Google's APIs `models`.
    Ollama without models writes null.
    """
    if isinstance(body, list):
        return body
    if not isinstance(body, dict):
        return None
    for name in sorted(_PLACES, key=lambda one: not body.get(one)):  # an empty one last
        listed = body.get(name)
        if isinstance(listed, dict):  # an envelope around it, or models by their name
            inner = entries_of(listed)
            if inner is not None or name not in _BY_NAME:
                return inner
            return _by_name(listed)
        if isinstance(listed, list):
            return listed
    others = [one for name, one in body.items() if isinstance(one, list) and _lists(name, one)]
    return next(filter(offered_models, others), [] if body.get("object") == "list" else None)


def _lists(name: str, listed: list[Any]) -> bool:
    """Whether a list under a name that nobody uses may be one of models: words may be errors."""
    return "model" in name.lower() or all(isinstance(one, dict) for one in listed)


def _by_name(listed: dict[str, Any]) -> list[Any]:
    """Return models by their name, or all of lists by their kind."""
    lists = [one for one in listed.values() if isinstance(one, list)]
    if len(lists) == len(listed):
        return [entry for one in lists for entry in one]
    whole = [one for one in lists if offered_models(one)]
    return whole[0] if whole else [_named(*one) for one in listed.items()]


def _named(name: str, entry: object) -> Any:
    return {"id": name} | (entry if isinstance(entry, dict) else {})


def offered_models(entries: list[Any]) -> list[OfferedModel]:
    """Return the first models, as many as pages can list."""
    entries = entries[:MAX_ENTRIES]
    if all(isinstance(one, str) for one in entries):
        entries = [{"id": one} for one in entries]
    return list(islice(filter(None, map(_offered, entries)), MAX_MODELS))


def _offered(entry: object) -> OfferedModel | None:
    if not isinstance(entry, dict):
        return None
    said = [one.strip() for one in map(entry.get, _NAMES) if isinstance(one, str) and one.strip()]
    # Cloudflare numbers its models, and calls them by their name.
    model_id = next((one for one in said if not _UUID.fullmatch(one)), *said[:1] or [""])
    if not model_id or len(model_id) > MAX_ID:
        return None
    pricing = entry.get("pricing")
    prices = pricing if isinstance(pricing, dict) else {}
    return OfferedModel(
        model_id.removeprefix("models/"),
        vision=_vision(entry),
        input_price=price_of(prices.get("prompt")),
        output_price=price_of(prices.get("completion")),
        temperature=_takes(entry, "temperature"),
        reasoning=_takes(entry, "reasoning"),
    )


def _takes(entry: dict[str, Any], name: str) -> bool | None:
    """Read OpenRouter's list of what a request may set; others say nothing."""
    said = entry.get("supported_parameters")
    return name in said if isinstance(said, list) and said else None


def _vision(entry: dict[str, Any]) -> bool | None:
    """Read what OpenRouter, llama.cpp, LM Studio, Mistral, WaveSpeedAI and others say, if any."""
    architecture = entry.get("architecture")
    shapes = (architecture if isinstance(architecture, dict) else {}, entry)
    said = [one.get("input_modalities") for one in shapes]
    said += [entry.get("supported_input_modalities"), entry.get("capabilities")]
    for one in said:
        if isinstance(one, list):
            return bool({"image", "vision", "multimodal"} & {str(name) for name in one})
        if isinstance(one, dict) and isinstance(one.get("vision"), bool):
            return bool(one["vision"])
    for name in ("supports_image_input", "has_image_input", "has image input"):
        if isinstance(entry.get(name), bool):
            return bool(entry[name])
    return True if entry.get("type") == "vlm" else None


def price_of(value: object) -> Decimal | None:
    """Return US dollars a token; None for none and for nonsense."""
    amount = amount_of(value)
    return amount if amount is not None and 0 <= amount < 1 else None
