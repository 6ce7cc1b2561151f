"""What every page shows around its content: the theme, who is there and which provider answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.accounts import sessions
from playground.accounts.visitor import visitor_of
from playground.catalog import offered
from playground.connections.routing import default_provider
from playground.providers.endpoint import DEMO, TEXT_READER
from playground.settings_pages.appearance import THEME

if TYPE_CHECKING:
    from django.http import HttpRequest


def chrome(request: HttpRequest) -> dict[str, Any]:
    theme, themes = THEME.of(request), THEME.values
    visitor = visitor_of(request)
    return {
        "theme": theme,
        "next_theme": themes[(themes.index(theme) + 1) % len(themes)],
        "visitor": visitor,
        "screen": request.resolver_match and request.resolver_match.url_name,
        "codes_left": lambda: sessions.codes_left_after_one(request, visitor.account),
        # Called where a page shows it: fragments that a poll draws ask nothing.
        "is_demo": lambda: default_provider(visitor.account) == DEMO,
        "reads_here": lambda: offered.may_run(TEXT_READER),
    }
