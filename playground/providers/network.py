"""How providers are reached: through which proxy, and how long a silent answer is waited for.

Set once when the process starts, by whoever reads the settings. Opens nothing.
"""

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

READ_SECONDS = 300


@dataclass(frozen=True)
class Network:
    """https, http: the proxy for such addresses, or nothing. direct: hosts that need none.

    direct: names (with all below them), addresses, networks as 10.0.0.0/8, each perhaps with a
    port, or `*`. This machine itself never needs one. read_seconds: between two pieces.
    private_networks: whether addresses that others name may lead there.
    """

    https: str = field(default="", repr=False)
    http: str = field(default="", repr=False)
    direct: tuple[str, ...] = ()
    read_seconds: int = READ_SECONDS
    private_networks: bool = False

    def proxies_for(self, url: str) -> dict[str, str]:
        """Return the proxy of this address as `requests` wants it, or nothing."""
        parts = urlsplit(url)
        proxy = {"https": self.https, "http": self.http}.get(parts.scheme, "")
        host = (parts.hostname or "").rstrip(".").lower()
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
        known = any(_is_meant(host, port, one) for one in ("localhost", *self.direct))
        return {} if not proxy or known or _is_loopback(host) else {parts.scheme: proxy}


_current = Network()


def use(network: Network) -> None:
    """Set how this process reaches providers."""
    global _current
    _current = network


def current() -> Network:
    return _current


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_meant(host: str, port: int | None, pattern: str) -> bool:
    pattern = pattern.strip().lower()
    if pattern == "*":
        return True
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(pattern.strip("[]"), strict=False)
    except ValueError:
        pass  # a name, or a port is named
    name, _, wanted = pattern.rpartition(":") if pattern.count(":") == 1 else (pattern, "", "")
    if wanted and wanted != str(port):
        return False
    name = name.removeprefix("*").strip("[].")
    return bool(name) and (host == name or host.endswith(f".{name}"))
