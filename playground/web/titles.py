"""How a run is called where there is room for one line."""

from __future__ import annotations


def first_line(text: str) -> str:
    """The first line with something on it, for a title."""
    return next((line.strip() for line in text.splitlines() if line.strip()), "")
