"""What the picker of models shows."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from playground.accounts.visitor import visitor_of
from playground.catalog import favourites, offered
from playground.catalog.badges import ModelBadges
from playground.connections import keys
from playground.images.reading import why_not_here
from playground.providers.endpoint import WAVESPEED


def picker(request: HttpRequest, selected: Sequence[str]) -> dict[str, Any]:
    """Return the values of templates/composer/_models.html, but for what is chosen."""
    return {
        "groups": favourites.picker(visitor_of(request), selected),
        "model_count": len(offered.all_models()),
        "selected": selected,
        "marks": ModelBadges(),
        "may_type": keys.any_key(WAVESPEED),
        "no_reader": why_not_here() if settings.READER else "",
    }
