"""Reads the models of any-llm/vision out of the platform's list of endpoints.

The endpoint's request schema is the only place where the API says which models it takes. All of it
may be missing or of another shape: what cannot be read is not said.
"""

from typing import Any

from playground.providers.base import OfferedModel

MAX_ID_LENGTH = 200
MAX_MODELS = 1000  # models


def offered_models(endpoints: list[Any], endpoint: str) -> list[OfferedModel] | None:
    """Return what the endpoint takes; None where the list does not say."""
    entry = next((one for one in endpoints if _named(one, endpoint)), None)
    fields = _properties(entry)
    ids = _dict(fields.get("model")).get("enum")
    if not isinstance(ids, list):
        return None
    images = _dict(fields.get("images")).get("maxItems")
    most = images if isinstance(images, int) and not isinstance(images, bool) else None
    known = [one for one in ids if isinstance(one, str) and 0 < len(one) <= MAX_ID_LENGTH]
    return [
        OfferedModel(one, vision=True, max_images=most if most and 0 < most < 10_000 else None)
        for one in known[:MAX_MODELS]
        if "@" not in one
    ]


def _named(entry: object, endpoint: str) -> bool:
    return isinstance(entry, dict) and endpoint in (entry.get("model_id"), entry.get("name"))


def _properties(entry: object) -> dict[str, Any]:
    schemas = _dict(_dict(entry).get("api_schema")).get("api_schemas")
    runs = [one for one in schemas if isinstance(one, dict)] if isinstance(schemas, list) else []
    schema = next((one for one in runs if one.get("type") == "model_run"), runs[0] if runs else {})
    return _dict(_dict(schema.get("request_schema")).get("properties"))


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
