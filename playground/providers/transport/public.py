"""Connections to addresses that others named: to the public internet, or not made."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter

from playground.providers import network
from playground.providers.transport.requests import TransportError
from playground.providers.transport.sessions import _Adapter, new_session

if TYPE_CHECKING:
    import requests

# What the library's own list leaves open: Azure's host channel, and of IPv6 all but global unicast.
NEVER_V4 = [ipaddress.ip_network("168.63.129.16/32"), ipaddress.ip_network("192.88.99.0/24")]
GLOBAL_V6 = ipaddress.ip_network("2000::/3")
NEVER_V6 = [ipaddress.ip_network(net) for net in ("2001::/23", "2002::/16", "3fff::/20")]


def is_public(address: str) -> bool:
    """Whether an address, as connected to, is global unicast."""
    ip = ipaddress.ip_address(address.strip("[]"))
    if isinstance(ip, ipaddress.IPv6Address):
        return ip in GLOBAL_V6 and not any(ip in net for net in NEVER_V6) and ip.is_global
    never = any(ip in net for net in NEVER_V4) or ip.is_multicast or ip.is_reserved
    return ip.is_global and not never


NOT_PUBLIC = "the address is not a public one"


def origin(url: str) -> tuple[str | None, int | None]:
    """Return the host of an address and its port."""
    parts = urlsplit(url)
    return parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


class PublicOnly(IPFilterAdapter):
    """Connects to the very address that it checked; the name is kept for TLS and Host.

    Raises TransportError before it connects to any other.
    """

    def build_connection_pool_key_attributes(self, *args: Any, **kwargs: Any) -> Any:
        try:
            host, pool = super().build_connection_pool_key_attributes(*args, **kwargs)
        except InvalidIPAddress:
            raise TransportError(NOT_PUBLIC, maybe_sent=False) from None
        if not is_public(host["host"]):
            raise TransportError(NOT_PUBLIC, maybe_sent=False)
        return host, pool


class _ToStorage(PublicOnly, _Adapter):
    """With the TLS of all calls to providers."""


def public_session(url: str) -> requests.Session:
    """Return a session that reaches the public internet alone. Close it.

    Elsewhere too where the operator allows it, or a proxy of theirs connects to this address.
    """
    session, known = new_session(), network.current()
    if not (known.private_networks or known.proxies_for(url)):
        for scheme in ("http", "https"):
            is_https = scheme == "https"
            session.mount(f"{scheme}://", _ToStorage(is_https))
    return session
