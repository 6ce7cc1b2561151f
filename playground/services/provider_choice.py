"""Which provider answers: WaveSpeed where there is a key, the demo where there is none."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

from playground.providers.base import Listing
from playground.providers.demo import Demo
from playground.providers.openai.provider import OpenAI
from playground.providers.wavespeed import WaveSpeed
from playground.services.sent import sent_picture

if TYPE_CHECKING:
    from playground.providers.base import Provider

DEMO, WAVESPEED = "demo", "wavespeed"


def default_provider() -> str:
    return WAVESPEED if settings.WAVESPEED_API_KEY else DEMO


def provider_named(name: str) -> Provider:
    """Return the provider; raises KeyError for a name that no provider has."""
    if name == WAVESPEED:
        return _wavespeed(settings.WAVESPEED_API_KEY, settings.WAVESPEED_BASE_URL)
    if name == DEMO:
        return Demo()
    server = {one.slug: one for one in settings.SERVERS}[name]
    return OpenAI(server, sent_picture)


@cache
def _wavespeed(api_key: str, base_url: str) -> WaveSpeed:
    return WaveSpeed(api_key, base_url)


def concurrency(name: str) -> int | None:
    """Return how many runs may be in flight at the provider; None: as many as there are threads."""
    if name == WAVESPEED:
        return int(settings.WAVESPEED_CONCURRENCY)
    return None if name == DEMO else int(settings.SERVER_CONCURRENCY)


def can_list(name: str) -> bool:
    """Whether the provider can be asked what it was sent."""
    try:
        return isinstance(provider_named(name), Listing)
    except KeyError:  # a provider of an older release
        return False
