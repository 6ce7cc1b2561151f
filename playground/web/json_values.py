"""Of which kind a JSON value is: what programs post is checked before anything is made of it."""

from __future__ import annotations

import re
from typing import Any

SURROGATE = re.compile("[\ud800-\udfff]")
TEXT = "a text without NUL characters and without half surrogate pairs"


def is_text(value: Any) -> bool:
    """Whether it is a text that UTF-8 and PostgreSQL can carry."""
    return isinstance(value, str) and "\x00" not in value and not SURROGATE.search(value)
