"""The one fetch of an address that a person typed: an image from the public internet, or nothing.

Every connection goes to an address that was checked a moment before: http and https, known ports,
global unicast, on every redirect. What is refused is always refused with the same sentence, so
that nobody can learn from it what is behind this server.
"""

from __future__ import annotations

import ipaddress
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests_hardened.ip_filter_adapter import IPFilterAdapter
from urllib3.exceptions import HTTPError

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger(__name__)

SECONDS = 10.0  # for all of it: name, connection, redirects, bytes
MOST_REDIRECTS = 3
PORTS = frozenset({80, 443})
CHUNK = 64 * 1024
HEADERS = {"Accept": "image/*", "Accept-Encoding": "identity", "User-Agent": "vision-playground"}
REFUSAL = (
    "An image could not be fetched from its address. Check that the address is public and leads "
    "to an image of at most 20 MB, or upload the file."
)

# What the library's own list leaves open: Azure's host channel, and of IPv6 all but global unicast.
NEVER_V4 = [ipaddress.ip_network("168.63.129.16/32"), ipaddress.ip_network("192.88.99.0/24")]
GLOBAL_V6 = ipaddress.ip_network("2000::/3")
NEVER_V6 = [ipaddress.ip_network(net) for net in ("2001::/23", "2002::/16", "3fff::/20")]


class FetchRefused(Exception):  # noqa: N818 - reads as what happened
    """Nothing usable came from the address. The words are the same whatever the reason was."""

    def __init__(self) -> None:
        super().__init__(REFUSAL)


@dataclass(frozen=True)
class Rules:
    """What the operator allows. most_bytes: of the image."""

    most_bytes: int
    ports: frozenset[int] = PORTS
    private_networks: bool = False


def is_public(address: str) -> bool:
    """Whether an address, as connected to, is global unicast."""
    ip = ipaddress.ip_address(address.strip("[]"))
    if isinstance(ip, ipaddress.IPv6Address):
        return ip in GLOBAL_V6 and not any(ip in net for net in NEVER_V6) and ip.is_global
    never = any(ip in net for net in NEVER_V4) or ip.is_multicast or ip.is_reserved
    return ip.is_global and not never


class _PublicOnly(IPFilterAdapter):
    """Connects to the very address that it checked; the name is kept for TLS and Host."""

    def build_connection_pool_key_attributes(self, *args: Any, **kwargs: Any) -> Any:
        host, pool = super().build_connection_pool_key_attributes(*args, **kwargs)
        if not is_public(host["host"]):
            raise requests.exceptions.InvalidURL("not a public address")
        return host, pool


def fetch(url: str, rules: Rules) -> bytes:
    """Return the bytes of an image. Raises FetchRefused; what kind of image it is, others check."""
    # A thread of its own, because looking up a name has no timeout. It ends when the lookup does.
    pool = ThreadPoolExecutor(1, thread_name_prefix="fetch")
    try:
        return pool.submit(_fetch, url, rules, time.monotonic() + SECONDS).result(SECONDS + 1)
    except (FetchRefused, requests.RequestException, HTTPError, OSError, ValueError, TooSlow) as e:
        logger.info("an address was refused: %s", type(e).__name__)
        raise FetchRefused from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _fetch(url: str, rules: Rules, deadline: float) -> bytes:
    with _session(rules) as session:
        for _ in range(MOST_REDIRECTS + 1):
            _check(url, rules)
            left = max(deadline - time.monotonic(), 0.1)
            with session.get(url, stream=True, allow_redirects=False, timeout=left) as answer:
                if not answer.is_redirect:
                    return _read(answer, rules, deadline)
                url = urljoin(url, answer.headers["Location"])
    raise FetchRefused


def _session(rules: Rules) -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # a proxy would look up the name again; a netrc would add a password
    session.headers = dict(HEADERS)
    for scheme in ("http", "https"):
        guarded = _PublicOnly(is_https_proto=scheme == "https")
        session.mount(f"{scheme}://", HTTPAdapter() if rules.private_networks else guarded)
    return session


def _check(url: str, rules: Rules) -> None:
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    if parts.scheme not in {"http", "https"} or port not in rules.ports or parts.username:
        raise FetchRefused


def _read(answer: requests.Response, rules: Rules, deadline: float) -> bytes:
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    named = kind.startswith("image/") or kind.endswith("/octet-stream")
    if answer.status_code != 200 or not named or answer.headers.get("Content-Encoding"):
        raise FetchRefused
    data = bytearray()
    for chunk in _chunks(answer, deadline):
        data += chunk
        if len(data) > rules.most_bytes:
            raise FetchRefused
    promised = answer.headers.get("Content-Length", "")
    if promised.isdigit() and int(promised) != len(data):
        raise FetchRefused  # cut off
    return bytes(data)


def _chunks(answer: requests.Response, deadline: float) -> Iterator[bytes]:
    # read1: a whole chunk may never come from a server that sends a byte now and then.
    while chunk := answer.raw.read1(CHUNK):
        if time.monotonic() > deadline:
            raise FetchRefused
        yield chunk
