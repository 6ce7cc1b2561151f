"""What is wrong with a URL or a host, said without showing it: it may hold a password."""

import re
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ImproperlyConfigured

RESERVED = (
    "{} cannot be read. In a password write # as %23, / as %2F, ? as %3F, @ as %40, : as %3A, "
    "[ as %5B, ] as %5D and % as %25."
)
HOST = re.compile(r"\*|\.?[a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:.]+\]", re.IGNORECASE)
POSTGRES_SCHEMES = ("postgres", "postgresql", "pgsql")
POSTGRES_URL, REDIS_URL = "postgres://user:password@host/name", "redis://host:6379/0"


def check_hosts(name: str, hosts: list[str]) -> None:
    """Hosts as a browser names them, without anything around them."""
    for host in hosts:
        if not HOST.fullmatch(host):
            raise ImproperlyConfigured(
                f"{name} has {without_password(host)!r}. Write hosts by comma, without https://, "
                "port or path: playground.example.org, [::1]."
            )


def check_origin(name: str, url: str) -> None:
    """Scheme, host and port alone."""
    parts = urlsplit(url)
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username is not None:
        raise ImproperlyConfigured(
            f"{name} is {without_password(url)!r}. Set it to scheme and host alone: https://host."
        )


def check_database_url(name: str, url: str) -> None:
    """A database is named, and nothing of a password was taken for something else."""
    if url.partition("://")[0] in POSTGRES_SCHEMES:
        parts = _split(name, url, POSTGRES_URL)
        if not parts.path.strip("/") and "service=" not in parts.query:
            raise ImproperlyConfigured(f"{name} names no database. Set it to {POSTGRES_URL}.")
    elif "#" in url:
        raise ImproperlyConfigured(f"{name} has a #, which cuts the path. Write # as %23.")


def check_redis_url(name: str, url: str) -> None:
    """The client takes a database that is no number for 0, and a port that is none as it comes."""
    scheme = url.partition("://")[0]
    if scheme not in {"redis", "rediss", "unix"}:
        raise ImproperlyConfigured(f"{name} is no address of Redis. Set it to {REDIS_URL}.")
    if scheme == "unix":
        return
    parts = _split(name, url, REDIS_URL)
    in_query = re.findall(r"(?:^|&)db=([^&]*)", parts.query)
    if any(re.fullmatch(r"[0-9]{0,5}", one) is None for one in (parts.path[1:], *in_query)):
        raise ImproperlyConfigured(
            f"{name} has a database that is not a number. Set it to {REDIS_URL}."
        )


def without_password(url: str) -> str:
    """Return it with … for whatever may be a name and a password."""
    return re.sub(r"(//|^)[^/]*@", r"\1…@", url)


def _split(name: str, url: str, sample: str) -> SplitResult:
    try:
        parts = urlsplit(url)
    except ValueError:  # half a bracket
        raise ImproperlyConfigured(RESERVED.format(name)) from None
    if "#" in url or "@" in parts.path + parts.query:
        raise ImproperlyConfigured(RESERVED.format(name))
    try:
        usable = parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.netloc.endswith(":"):
        raise ImproperlyConfigured(
            f"{name} has a port that is not a number from 1 to 65535. Set it to {sample}."
        )
    return parts
