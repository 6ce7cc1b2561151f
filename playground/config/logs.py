"""One line an event, without a key in it: as text, or as JSON with LOG_FORMAT=json.

A message about a run begins with `run %s`: its id becomes a field of its own. What people typed and
what models answered is not logged.
"""

import json
import logging
import re
import time
from contextvars import ContextVar
from datetime import UTC, datetime

from django.conf import settings

from playground.config.log_redaction import without_keys

# Who knows these addresses gets in; the log names the address of each request.
LINKS = re.compile(
    r"(/invitations/|/reset/\d+/|/s/|/presets/(?=\d*[^\d/])|[?&](?:share|preset)=|\bshare:)"
    r"[^/\s?&.\"']+",
    re.IGNORECASE,  # one that was typed in other letters leads nowhere and still gives it away
)
SECRETS = re.compile(r"(Bearer\s+\S+|(?:wsk|vpg)_[A-Za-z0-9_-]+|whsec_[A-Za-z0-9_+/=-]+)")

request_id: ContextVar[str] = ContextVar("request_id", default="")


class ContextFilter(logging.Filter):
    """Adds the ids of the request and of the run that a record is about, or nothing."""

    def filter(self, record: logging.LogRecord) -> bool:
        about_run = isinstance(record.msg, str) and record.msg.startswith("run %s")
        record.run_id = str(record.args[0]) if about_run and isinstance(record.args, tuple) else ""
        record.request_id = request_id.get()
        return True


class RefusalFilter(logging.Filter):
    """Says of a refused request that it was refused: no fault of ours, and no trace of one, which
    would let anybody fill the log."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security."):
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.exc_info = record.exc_text = None
        return True


class KeyFilter(logging.Filter):
    """Replaces every key that is in use, and whatever looks like one or like a secret link."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        record.msg, record.args = scrub(message), ()
        record.exc_text = scrub(record.exc_text) if record.exc_text else record.exc_text
        return True


def scrub(text: str) -> str:
    """Return the text with every key and every secret link in it replaced."""
    text = without_keys(text)
    if settings.WAVESPEED_API_KEY:
        text = text.replace(settings.WAVESPEED_API_KEY, "[key]")
    return LINKS.sub(r"\1[link]", SECRETS.sub("[key]", text))


class LineFormatter(logging.Formatter):
    """Text, in UTC. Line ends inside a message or a trace are written as `\\n`: an event is one
    line."""

    converter = staticmethod(time.gmtime)
    default_time_format, default_msec_format = "%Y-%m-%dT%H:%M:%S", "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        asked = getattr(record, "request_id", "")
        return (f"{line} request={asked}" if asked else line).replace("\n", "\\n")


class JsonFormatter(logging.Formatter):
    """A JSON object a line; fields without a value are left out."""

    def format(self, record: logging.LogRecord) -> str:
        event = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": record.getMessage(),
            "request_id": getattr(record, "request_id", ""),
            "run_id": getattr(record, "run_id", ""),
            "trace": record.exc_text or "",
        }
        return json.dumps({name: value for name, value in event.items() if value})
