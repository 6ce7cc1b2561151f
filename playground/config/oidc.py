"""Reads where else people may sign in (OpenID Connect): OIDC_… in the environment."""

import hashlib
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from playground.config import environment as env
from playground.config.access_modes import ACCOUNTS, LOOPBACK_HOSTS

ANYBODY = "*"
NEEDED = ("OIDC_NAME", "OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_EMAIL_DOMAINS")


@dataclass(frozen=True)
class Oidc:
    """A provider that signs people in. domains: of their verified addresses; none: of anybody's.

    administrators: a claim and the value that it has or holds for them; none: roles are ours.
    strength: the same of how somebody signed in there; none: the provider is trusted with that.
    """

    name: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    domains: frozenset[str] = frozenset()
    administrators: tuple[str, str] | None = None
    strength: tuple[str, str] | None = None

    @property
    def id(self) -> str:
        """Tells its people apart from those of another issuer, who may have the same numbers."""
        return f"oidc-{hashlib.sha256(self.issuer.encode()).hexdigest()[:16]}"


def oidc(access: str) -> Oidc | None:
    """Return the provider, or None where none of its variables is set."""
    issuer, secret = env.address("OIDC_ISSUER"), env.confidential("OIDC_CLIENT_SECRET")
    values = {name: env.text(name) for name in NEEDED}
    values |= {"OIDC_ISSUER": issuer, "OIDC_CLIENT_SECRET": secret}
    administrators, strength = _claim("OIDC_ADMINISTRATORS"), _claim("OIDC_STRENGTH")
    if not any(values.values()) and not administrators and not strength:
        return None
    if missing := [name for name, value in values.items() if not value]:
        raise ImproperlyConfigured(
            f"{missing[0]} is not set. A provider of sign-ins needs {', '.join(NEEDED)}."
        )
    if access != ACCOUNTS:
        raise ImproperlyConfigured("OIDC_ISSUER is set without accounts. Set ACCESS=accounts.")
    _check_issuer(issuer)
    name, client_id = values["OIDC_NAME"], values["OIDC_CLIENT_ID"]
    if len(name) > 40:
        raise ImproperlyConfigured("OIDC_NAME is over 40 characters. It is the word of a button.")
    domains = _domains("OIDC_EMAIL_DOMAINS")
    return Oidc(name, issuer, client_id, secret, domains, administrators, strength)


def _check_issuer(issuer: str) -> None:
    parts = urlsplit(issuer)
    here = (parts.hostname or "") in {one.strip("[]") for one in LOOPBACK_HOSTS}
    if parts.scheme != "https" and not here:
        raise ImproperlyConfigured("OIDC_ISSUER has to begin with https://.")
    if "/.well-known/" in issuer:
        raise ImproperlyConfigured("OIDC_ISSUER is the address before /.well-known/. Cut it there.")


def _domains(name: str) -> frozenset[str]:
    found = [one.lower() for one in env.names(name)]
    if found == [ANYBODY]:
        return frozenset()
    bad = next((one for one in found if "@" in one or "*" in one or "." not in one), None)
    if bad or not found:
        raise ImproperlyConfigured(
            f"{name} has {bad!r}. Set it to domains by comma, example.org, or to * alone for "
            "whoever the provider lets in."
        )
    return frozenset(found)


def _claim(name: str) -> tuple[str, str] | None:
    value = env.text(name)
    claim, _, wanted = (part.strip() for part in value.partition("="))
    if value and not (claim and wanted):
        raise ImproperlyConfigured(
            f"{name} is {value!r}. Set it to a claim and its value: groups=playground-admins "
            "for administrators, amr=mfa for how strongly somebody signed in."
        )
    return (claim, wanted) if value else None
