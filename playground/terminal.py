"""Foreign text for a terminal: what would steer it is written out instead."""

from __future__ import annotations

import re

STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # all controls but tab and line feed
BEYOND_ASCII = re.compile("[\x7f-\x9f]")


def harmless(text: str) -> str:
    """Return the text with each control character as `\\x1b`, and fit for UTF-8."""
    one = text.replace("\r\n", "\n")
    shown = STEERING.sub(lambda found: f"\\x{ord(found[0]):02x}", one)
    return shown.encode(errors="replace").decode()


def harmless_json(text: str) -> str:
    """Return JSON of the same value; what JSON itself does not escape stands in strings alone."""
    return BEYOND_ASCII.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
