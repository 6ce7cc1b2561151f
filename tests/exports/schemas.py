"""The published JSON Schemas, ready to check values with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "schemas"


def schema(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FOLDER / name).read_text())
    return loaded


def validator(name: str) -> Draft202012Validator:
    files = [(path.name, Resource.from_contents(schema(path.name))) for path in FOLDER.iterdir()]
    registry: Registry[Any] = Registry().with_resources(files)
    return Draft202012Validator(schema(name), registry=registry, format_checker=FormatChecker())


def undocumented(value: Any, described: dict[str, Any]) -> set[str]:
    """Return the fields of an object that its schema does not describe."""
    return set(value) - set(described["properties"])
