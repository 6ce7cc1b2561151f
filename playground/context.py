"""What every page shows around its content: the theme, who is there and which provider answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.services.provider_choice import DEMO, default_provider
from playground.visitors import visitor_of

if TYPE_CHECKING:
    from django.http import HttpRequest

THEMES = ("system", "light", "dark")
# Behind TLS with the prefix that keeps a neighbouring host from setting it, as all our cookies.
THEME_COOKIE, THEME_COOKIE_TLS = "theme", "__Host-theme"


def theme_of(request: HttpRequest) -> str:
    cookies = request.COOKIES
    chosen = cookies.get(THEME_COOKIE_TLS) or cookies.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else "system"


def chrome(request: HttpRequest) -> dict[str, Any]:
    theme = theme_of(request)
    visitor = visitor_of(request)
    return {
        "theme": theme,
        "next_theme": THEMES[(THEMES.index(theme) + 1) % len(THEMES)],
        "visitor": visitor,
        # Called where a page shows it: fragments that a poll draws ask nothing.
        "is_demo": lambda: default_provider(visitor.account) == DEMO,
    }
