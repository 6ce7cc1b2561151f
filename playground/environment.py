"""Reads settings from the environment and refuses nonsense with a sentence that names the variable.

Leaves to settings.py what the values mean.
"""

from __future__ import annotations

import os
import re
from decimal import Decimal, InvalidOperation
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.core.exceptions import ImproperlyConfigured
from dotenv import load_dotenv

from playground.providers.kinds import KINDS, OPENAI, address_of
from playground.providers.server import Server

WHOLE = re.compile(r"[0-9]{1,10}")  # other alphabets have digits, too, that int() may not read
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,29}")
HEADER = re.compile(r"[A-Za-z0-9-]{1,60}")
TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def read_file(path: Path) -> None:
    """Add what a file like .env.example says; what the environment says already comes first."""
    load_dotenv(path)


def text(name: str, default: str = "") -> str:
    """Return the variable without the spaces around it; an empty one counts as unset."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    value = text(name).lower()
    if not value:
        return default
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} is {value!r}. Set it to 1 or 0.")
    return value in TRUE


def number(name: str, default: int, *, least: int = 0, most: int = 2**31 - 1) -> int:
    value = text(name, str(default))
    if not WHOLE.fullmatch(value) or not least <= int(value) <= most:
        raise ImproperlyConfigured(
            f"{name} is {value!r}. Set it to a whole number, {least} to {most}."
        )
    return int(value)


def money(name: str) -> Decimal | None:
    """Return an amount in US dollars, or None where the variable is unset."""
    value = text(name)
    if not value:
        return None
    try:
        amount = Decimal(value)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 <= amount <= 1000:
        raise ImproperlyConfigured(f"{name} is {value!r}. Set it to an amount such as 0.05.")
    return amount


def secret(name: str, *, least: int) -> str:
    """Return a secret of at least so many characters, or nothing. The error does not show it."""
    value = text(name)
    if value and len(value) < least:
        raise ImproperlyConfigured(f"{name} is too short. Use at least {least} characters.")
    return value


def secrets(name: str, *, least: int) -> list[str]:
    """Return secrets by comma, each of at least so many characters. The error shows none."""
    found = names(name)
    if any(len(one) < least for one in found):
        raise ImproperlyConfigured(f"{name} has one that is shorter than {least} characters.")
    return found


def names(name: str) -> list[str]:
    return [part.strip() for part in text(name).split(",") if part.strip()]


def numbers(name: str, *, least: int, most: int) -> list[int]:
    """Return whole numbers given by commas."""
    parts = names(name)
    if any(not WHOLE.fullmatch(part) or not least <= int(part) <= most for part in parts):
        raise ImproperlyConfigured(
            f"{name} is {text(name)!r}. Set it to whole numbers by comma, {least} to {most}."
        )
    return [int(part) for part in parts]


def choice(name: str, default: str, among: tuple[str, ...]) -> str:
    value = text(name, default)
    if value not in among:
        raise ImproperlyConfigured(f"{name} is {value!r}. Set it to one of: {', '.join(among)}.")
    return value


def address(name: str, default: str = "") -> str:
    """Return an http(s) address without a slash at its end."""
    value = text(name, default).rstrip("/")
    if value and not _is_web_address(value):
        raise ImproperlyConfigured(f"{name} is {value!r}. Set it to an address: https://host.")
    return value


def _is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # half an IPv6 address, or a port that is none
        return False


def redis_address(name: str) -> str:
    """Return the address of a Redis server. The error does not show it: it may hold a password."""
    value = text(name)
    if value and value.partition("://")[0] not in {"redis", "rediss", "unix"}:
        raise ImproperlyConfigured(f"{name} is no address of Redis. Set it to redis://host:6379/0.")
    return value


def time_zone(name: str, default: str) -> str:
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ImproperlyConfigured(
            f"{name} is {value!r}. Set it to the name of a time zone: Europe/Stockholm."
        ) from error
    return value


def servers() -> tuple[Server, ...]:
    """Return the servers that SERVERS names; SERVER_<NAME>_URL, _KEY and _KIND belong to one."""
    found = tuple(_server(slug) for slug in names("SERVERS"))
    if len({server.slug for server in found}) < len(found):
        raise ImproperlyConfigured("SERVERS names one server twice. Name each once.")
    return found


def _server(slug: str) -> Server:
    if not SLUG.fullmatch(slug) or slug in {"demo", "wavespeed"}:
        raise ImproperlyConfigured(
            f"SERVERS names {slug!r}. Use small letters, digits and hyphens, at most 30; "
            "demo and wavespeed are taken."
        )
    prefix = f"SERVER_{slug.upper().replace('-', '_')}"
    url = address(f"{prefix}_URL")
    if not url:
        raise ImproperlyConfigured(f"SERVERS names {slug!r}. Set {prefix}_URL to its address.")
    kind = choice(f"{prefix}_KIND", OPENAI, tuple(KINDS))
    return Server(
        slug,
        address_of(kind, url),
        text(f"{prefix}_NAME", slug),
        text(f"{prefix}_KEY"),
        _headers(f"{prefix}_HEADERS"),
        kind,
    )


def _headers(name: str) -> tuple[tuple[str, str], ...]:
    """Read `Name: value; Name: value`."""
    lines = [part.partition(":") for part in text(name).split(";") if part.strip()]
    pairs = tuple((key.strip(), value.strip()) for key, _, value in lines)
    if any(not HEADER.fullmatch(key) or not value for key, value in pairs):
        raise ImproperlyConfigured(f"{name} is not readable. Write it as Name: value; Name: value.")
    return pairs


def webhook() -> tuple[str, str]:
    """Return the public address of this installation and the secret of its webhooks, or nothing."""
    url, secret = address("WEBHOOK_URL"), text("WEBHOOK_SECRET")
    if bool(url) != bool(secret):
        raise ImproperlyConfigured("Set both WEBHOOK_URL and WEBHOOK_SECRET, or neither.")
    if url and not url.startswith("https://"):
        raise ImproperlyConfigured(f"WEBHOOK_URL is {url!r}. Set it to a public https address.")
    if secret and not secret.removeprefix("whsec_"):  # never show it: errors end up in logs
        raise ImproperlyConfigured("WEBHOOK_SECRET is empty behind its whsec_.")
    if secret and not secret.startswith("whsec_"):
        raise ImproperlyConfigured("WEBHOOK_SECRET has to start with whsec_. Copy all of it.")
    return url, secret


def folder(name: str, default: Path) -> Path:
    return Path(text(name, str(default))).expanduser().resolve()


def private_folder(name: str, default: Path) -> Path:
    """Return a folder that is there; a new one is readable by its owner alone."""
    found = folder(name, default)
    try:
        found.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name} is {str(found)!r}, which cannot be made: {error.strerror}. Choose another."
        ) from error
    return found


LIMITS = {
    "MEMBER_RUNS_MINUTE": 60,
    "MEMBER_RUNS_DAY": 1000,
    "MEMBER_UNITS_DAY": 1000,
    "SITE_RUNS_MINUTE": 300,
    "SITE_RUNS_DAY": 10_000,
    "SITE_UNITS_DAY": 10_000,
}


def limits(*, on: bool) -> dict[str, int]:
    """Return how much may be started; 0 where nothing limits. on: the defaults hold."""
    return {name: number(name, default if on else 0) for name, default in LIMITS.items()}
