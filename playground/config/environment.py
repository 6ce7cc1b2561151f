"""Reads settings from the environment and refuses nonsense with a sentence that names the variable.

Leaves to settings.py what the values mean.
"""

import base64
import binascii
import os
import re
from decimal import Decimal, InvalidOperation
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.core.exceptions import ImproperlyConfigured

from playground.config import names as setting_names
from playground.config import urls
from playground.config.env_file import NAME as ENV_FILE
from playground.config.env_file import read_secret_file
from playground.providers.endpoint import DEMO, SLUG, THIS_MACHINE, WAVESPEED, Server
from playground.providers.kinds import OPENAI, address_of, typed

WHOLE = re.compile(r"[0-9]{1,10}")  # other alphabets have digits, too, that int() may not read
HEADER = re.compile(r"[A-Za-z0-9-]{1,60}")
TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


READ = {ENV_FILE}  # the names of our variables, as they are asked for


def text(name: str, default: str = "") -> str:
    """Return the variable without the spaces around it; an empty one counts as unset."""
    READ.add(name)
    return os.environ.get(name, "").strip() or default


def confidential(name: str) -> str:
    """Return a secret: the variable's, or what is in the file that NAME_FILE names."""
    value, path = text(name), text(f"{name}_FILE")
    if value and path:
        raise ImproperlyConfigured(f"Both {name} and {name}_FILE are set. Set one of them.")
    return read_secret_file(f"{name}_FILE", Path(path)) if path else value


def refuse_misspelt() -> None:
    """Refuse what nearly has the name of a setting. To be called once all of them were read."""
    setting_names.refuse_misspelt(os.environ, READ)


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
    value = confidential(name)
    if value and len(value) < least:
        raise ImproperlyConfigured(f"{name} is too short. Use at least {least} characters.")
    return value


def secrets(name: str, *, least: int) -> list[str]:
    """Return secrets by comma, each of at least so many characters. The error shows none."""
    found = _by_comma(confidential(name))
    if any(len(one) < least for one in found):
        raise ImproperlyConfigured(f"{name} has one that is shorter than {least} characters.")
    return found


def names(name: str) -> list[str]:
    return _by_comma(text(name))


def _by_comma(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


def hosts(name: str) -> list[str]:
    """Return hosts by comma, refusing what no request could ever name."""
    found = names(name)
    urls.check_hosts(name, found)
    return found


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
    if value and not is_web_address(value):
        shown = urls.without_password(value)
        raise ImproperlyConfigured(f"{name} is {shown!r}. Set it to an address: https://host.")
    return value


def is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        return whole and not parts.query and not parts.fragment
    except ValueError:  # half an IPv6 address, or a port that is none
        return False


def redis_address(name: str) -> str:
    """Return the address of a Redis server. The error does not show it: it may hold a password."""
    value = confidential(name)
    if value:
        urls.check_redis_url(name, value)
    return value


def database_address(name: str) -> str:
    """Return the address of a database. The error does not show it: it may hold a password."""
    value = confidential(name)
    if value:
        urls.check_database_url(name, value)
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
    if not SLUG.fullmatch(slug) or slug in {DEMO, THIS_MACHINE, WAVESPEED}:
        raise ImproperlyConfigured(
            f"SERVERS names {slug!r}. Use small letters, digits and hyphens, at most 30; "
            "demo, this-machine and wavespeed are taken."
        )
    prefix = f"SERVER_{slug.upper().replace('-', '_')}"
    url = address(f"{prefix}_URL")
    if not url:
        raise ImproperlyConfigured(f"SERVERS names {slug!r}. Set {prefix}_URL to its address.")
    kind = choice(f"{prefix}_KIND", OPENAI, typed())
    return Server(
        slug,
        address_of(kind, url),
        text(f"{prefix}_NAME", slug),
        confidential(f"{prefix}_KEY"),
        _headers(f"{prefix}_HEADERS"),
        kind,
    )


def _headers(name: str) -> tuple[tuple[str, str], ...]:
    """Read `Name: value; Name: value`."""
    lines = [part.partition(":") for part in confidential(name).split(";") if part.strip()]
    pairs = tuple((key.strip(), value.strip()) for key, _, value in lines)
    if any(not HEADER.fullmatch(key) or not value for key, value in pairs):
        raise ImproperlyConfigured(f"{name} is not readable. Write it as Name: value; Name: value.")
    return pairs


def webhook() -> tuple[str, str]:
    """Return the public address of this installation and the secret of its webhooks, or nothing."""
    url, secret = address("WEBHOOK_URL"), confidential("WEBHOOK_SECRET")
    if bool(url) != bool(secret):
        raise ImproperlyConfigured("Set both WEBHOOK_URL and WEBHOOK_SECRET, or neither.")
    if url and not url.startswith("https://"):
        shown = urls.without_password(url)
        raise ImproperlyConfigured(f"WEBHOOK_URL is {shown!r}. Set it to a public https address.")
    urls.check_origin("WEBHOOK_URL", url)
    if secret and not secret.startswith("whsec_"):
        raise ImproperlyConfigured("WEBHOOK_SECRET has to start with whsec_. Copy all of it.")
    if secret and not _is_base64(secret.removeprefix("whsec_")):  # never show it
        raise ImproperlyConfigured("WEBHOOK_SECRET is not base64 behind whsec_. Copy all of it.")
    return url, secret


def _is_base64(value: str) -> bool:
    try:
        return bool(base64.b64decode(value, validate=True))
    except (binascii.Error, ValueError):
        return False


def folder(name: str, default: Path) -> Path:
    return Path(text(name, str(default))).expanduser().resolve()


def chosen_folder(name: str, default: Path) -> Path:
    """Return a folder; one that somebody chose is made now, where its name can still be said."""
    return made_folder(name, default, mode=0o755) if text(name) else folder(name, default)


def private_folder(name: str, default: Path) -> Path:
    """Return a folder to write to; a new one is readable by its owner alone."""
    found = made_folder(name, default, mode=0o700)
    if not os.access(found, os.W_OK | os.X_OK):
        raise ImproperlyConfigured(
            f"{name} is {str(found)!r}, which cannot be written to. Choose another, or have it "
            "given to whoever runs this."
        )
    return found


def made_folder(name: str, default: Path, *, mode: int) -> Path:
    found = folder(name, default)
    try:
        found.mkdir(mode=mode, parents=True, exist_ok=True)
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
