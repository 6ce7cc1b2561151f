"""Reads one value of an address or a form. What is none is treated like one that was not given."""

import base64
import re
import uuid
from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone

DATA_URI = re.compile(r"data:[^,;]{0,100}(?:;[^,;]{0,100})*;base64,", re.IGNORECASE)
SPACES = dict.fromkeys(map(ord, " \t\r\n"))
MAX_TOKEN_LENGTH = 64  # characters
PREFIX = "var_"  # of the fields of a prompt's variables


def line(request: HttpRequest, name: str, most: int) -> str:
    """Return the posted field. PostgreSQL stores no NUL; nobody types one."""
    return request.POST.get(name, "").replace("\x00", "").strip()[:most]


def number_or_none(text: str, digits: int = 9) -> int | None:
    """Return a whole number of at most so many digits."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= digits else None


def from_base64(text: str) -> bytes:
    """Return what is written as base64, be it within a data URI. Raises ValueError."""
    return base64.b64decode(DATA_URI.sub("", text, count=1).translate(SPACES), validate=True)


def uuid_or_none(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def moment_or_none(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if timezone.is_aware(moment) and 2000 < moment.year < 9000 else None
