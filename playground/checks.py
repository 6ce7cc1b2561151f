"""Refuses or warns about settings that would hurt whoever relies on them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register  # noqa: A004


@register()
def access(**_kwargs: Any) -> list[CheckMessage]:
    """Without sign-in, whoever can connect can run models at the owner's cost."""
    if settings.ACCESS == "local" and not settings.LOCAL:
        return [
            Warning(
                "This playground has no sign-in and is served to other machines.",
                hint="Let only people connect who may spend your credit: see docs/security.md.",
                id="playground.W001",
            )
        ]
    return []
