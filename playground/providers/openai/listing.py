"""Reads a list of models: OpenAI's names alone, and what others add to an entry."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from playground.providers.base import OfferedModel


def entries_of(body: Any) -> list[Any] | None:
    """Return what is listed; None where this is no list. Ollama without models writes null."""
    if not isinstance(body, dict):
        return None
    data = body.get("data")
    if data is None and body.get("object") == "list":
        return []
    return data if isinstance(data, list) else None


def offered_models(entries: list[Any]) -> list[OfferedModel]:
    return [model for model in map(_offered, entries) if model]


def _offered(entry: object) -> OfferedModel | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str) or not entry["id"]:
        return None
    pricing = entry.get("pricing")
    prices = pricing if isinstance(pricing, dict) else {}
    return OfferedModel(
        entry["id"][:200],
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
    """Read what OpenRouter, llama.cpp, LM Studio, Mistral and others say; most say nothing."""
    architecture = entry.get("architecture")
    shapes = (architecture if isinstance(architecture, dict) else {}, entry)
    said = [one.get("input_modalities") for one in shapes]
    said += [entry.get("supported_input_modalities"), entry.get("capabilities")]
    for one in said:
        if isinstance(one, list):
            return bool({"image", "vision", "multimodal"} & {str(name) for name in one})
        if isinstance(one, dict) and isinstance(one.get("vision"), bool):
            return bool(one["vision"])
    if isinstance(entry.get("supports_image_input"), bool):
        return bool(entry["supports_image_input"])
    return True if entry.get("type") == "vlm" else None


def price_of(value: object) -> Decimal | None:
    """Return US dollars a token; None for none and for nonsense."""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount < 1 else None
