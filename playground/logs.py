"""Keeps keys out of the log, in messages and in the text of exceptions."""

from __future__ import annotations

import logging
import re

from django.conf import settings

SECRETS = re.compile(r"(Bearer\s+\S+|wsk_[A-Za-z0-9_-]+|whsec_[A-Za-z0-9_+/=-]+)")


class KeyFilter(logging.Filter):
    """Replaces the configured key, and whatever looks like one, in each record."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        record.msg, record.args = scrub(message), ()
        record.exc_text = scrub(record.exc_text) if record.exc_text else record.exc_text
        return True


def scrub(text: str) -> str:
    """Return the text with every key in it replaced."""
    if settings.WAVESPEED_API_KEY:
        text = text.replace(settings.WAVESPEED_API_KEY, "[key]")
    return SECRETS.sub("[key]", text)
