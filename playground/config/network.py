"""How providers are reached, from the environment: by which proxy, how long they may be silent."""

import re

from django.core.exceptions import ImproperlyConfigured

from playground.config import environment as env
from playground.config import urls
from playground.providers.network import READ_SECONDS, Network


def network() -> Network:
    """Return how providers are reached: HTTPS_PROXY, HTTP_PROXY and NO_PROXY, and how long."""
    unread = _in_any_case("NO_PROXY")
    direct = tuple(re.split(r"[\s,]+", unread)) if unread else ()
    seconds = env.number("SERVER_TIMEOUT", READ_SECONDS, least=5, most=24 * 3600)
    private = env.flag("FETCH_PRIVATE_NETWORKS", default=False)
    return Network(_proxy("HTTPS_PROXY"), _proxy("HTTP_PROXY"), direct, seconds, private)


def _in_any_case(name: str) -> str:
    """Return a variable that other programs read too: many set it in small letters, or twice."""
    found = [env.text(name), env.text(name.lower())]
    return next(filter(None, found), "")


def _proxy(name: str) -> str:
    """Return a proxy's address, also from the name in small letters. Passwords are not shown."""
    value = _in_any_case(name)
    url = value if "://" in value or not value else f"http://{value}"
    if url and not env.is_web_address(url.rstrip("/")):
        shown = urls.without_password(url)
        raise ImproperlyConfigured(f"{name} is {shown!r}. Set it to an address: http://proxy:3128.")
    return url.rstrip("/")
