"""The OpenAPI document: docs/openapi.json with the published schemas in it."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django.conf import settings

PARTS = {
    "run.v1.json": "Run",
    "comparison.v1.json": "Comparison",
    "runs.v1.json": "Runs",
    "experiment.v1.json": "Experiment",
    "experiments.v1.json": "Experiments",
    "error.v1.json": "Error",
}


def document(origin: str) -> dict[str, Any]:
    """Return the document. origin: `https://host` of this playground."""
    return {**_whole(), "servers": [{"url": origin}]}


@cache
def _whole() -> dict[str, Any]:
    folder = settings.BASE_DIR / "docs"
    whole: dict[str, Any] = json.loads((folder / "openapi.json").read_text())
    for file, name in PARTS.items():
        schema = json.loads((folder / "schemas" / file).read_text())
        del schema["$schema"]
        parts = {_part(name, part): one for part, one in schema.pop("$defs", {}).items()}
        for title, part in (parts | {name: schema}).items():
            whole["components"]["schemas"][title] = _inside(part, name)
    return whole


def _inside(value: Any, name: str) -> Any:
    """Let references between the files point into this one document."""
    if isinstance(value, list):
        return [_inside(one, name) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _moved(one, name) if key == "$ref" else _inside(one, name)
        for key, one in value.items()
    }


def _moved(reference: str, name: str) -> str:
    """Return where a reference of a file leads here; parts of a file are schemas of their own."""
    file, _, place = reference.partition("#")
    whole, part = PARTS[file] if file else name, place.removeprefix("/$defs/")
    return f"#/components/schemas/{_part(whole, part) if part else whole}"


def _part(whole: str, part: str) -> str:
    return f"{whole}{part[0].upper()}{part[1:]}"
