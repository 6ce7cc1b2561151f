"""Reads moments from an address or a form: what is none is treated like one that was not given."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone


def moment_or_none(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if timezone.is_aware(moment) and 2000 < moment.year < 9000 else None
