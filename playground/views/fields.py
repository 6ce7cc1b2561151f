"""Reads one field of a small form: a line of text, cut to its limit, fit to be stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import HttpRequest

TOKEN = 64  # characters


def line(request: HttpRequest, name: str, most: int) -> str:
    """Return the posted field. PostgreSQL stores no NUL; nobody types one."""
    return request.POST.get(name, "").replace("\x00", "").strip()[:most]
