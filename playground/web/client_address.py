"""From where a request came, as far as that can be believed."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


def client_network(request: HttpRequest) -> str:
    """Return the client's address; of IPv6 the network of 64 bits, which one client has whole.

    X-Forwarded-For counts as far as PROXY_COUNT proxies of ours have written it: what stands
    before that was written by the client. Empty where nothing readable is there.
    """
    address = _parsed(_address(request))
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address or "")


def client_address(request: HttpRequest) -> str:
    """Return the client's own address, to be shown to whom it belongs; empty as above."""
    return str(_parsed(_address(request)) or "")


def _address(request: HttpRequest) -> str:
    steps = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if settings.PROXY_COUNT and len(steps) >= settings.PROXY_COUNT:
        return str(steps[-settings.PROXY_COUNT])
    return str(request.META.get("REMOTE_ADDR", ""))


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def is_this_machine(request: HttpRequest) -> bool:
    """Whether nothing says that the request came from elsewhere, past a proxy or not."""
    if any(request.META.get(name) for name in FORWARDED):
        return False
    peer = request.META.get("REMOTE_ADDR", "")
    address = _parsed(peer)
    return not peer or bool(address and address.is_loopback)  # a local socket has no address
