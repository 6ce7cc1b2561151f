"""Reads ids from an address: what is not one is treated like one that does not exist."""

from __future__ import annotations

import uuid


def uuid_or_none(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
