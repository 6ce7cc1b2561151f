"""Foreign text for a terminal: what would steer it is written out, what it lacks is replaced."""

from __future__ import annotations

import codecs
import errno
import io
import json
import os
import re
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from django.core.management.base import OutputWrapper

STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # all controls but tab and line feed
BEYOND_ASCII = re.compile("[\x7f-\x9f]")
NOT_ASCII = re.compile("[^\x00-\x7e]")


def harmless(text: str) -> str:
    """Return the text with each control character as `\\x1b`, and fit for UTF-8."""
    one = text.replace("\r\n", "\n")
    shown = STEERING.sub(lambda found: f"\\x{ord(found[0]):02x}", one)
    return shown.encode(errors="replace").decode()


def harmless_json(text: str, encoding: str | None = None) -> str:
    """Return JSON of the same value; what JSON itself does not escape stands in strings alone.

    encoding: what the output writes; in another one than UTF-8 all but ASCII is escaped.
    """
    beyond = BEYOND_ASCII if codecs.lookup(encoding or "utf-8").name == "utf-8" else NOT_ASCII
    return beyond.sub(lambda found: json.dumps(found[0])[1:-1], text)


def take_any_text(output: OutputWrapper) -> None:
    """Let what the terminal's encoding does not have be written as ?. Raises OSError if closed."""
    stream = output._out
    if stream is None:
        raise OSError(errno.EBADF, "the output is closed")
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")


def silence(stream: TextIO | None) -> None:
    """Python would try to write once more when it ends, and end with a code of its own."""
    if stream:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
