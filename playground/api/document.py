"""Answers the OpenAPI document: docs/openapi.json, which `manage.py apidocs` makes."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django.conf import settings


def document(origin: str) -> dict[str, Any]:
    """Return the document. origin: `https://host` of this playground."""
    return {**_whole(), "servers": [{"url": origin}]}


@cache
def _whole() -> dict[str, Any]:
    whole: dict[str, Any] = json.loads((settings.BASE_DIR / "docs/openapi.json").read_text())
    return whole
