"""Refuses or warns about settings that would hurt whoever relies on them."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Warning, register  # noqa: A004
from django.core.management.base import CommandError

from playground.config.access_modes import ACCOUNTS, LOCAL
from playground.operations import trials
from playground.spending import price_table

TRIAL_SECONDS = 10.0


@register()
def access(**_kwargs: Any) -> list[CheckMessage]:
    """Without sign-in, whoever can connect could run models at the owner's cost."""
    if settings.ACCESS == LOCAL and not settings.LOCAL:
        return [
            Error(
                "ACCESS=local has no sign-in, and ALLOWED_HOSTS names other hosts than this one.",
                hint="Set ACCESS=accounts, or remove ALLOWED_HOSTS: see docs/deployment.md.",
                id="playground.E001",
            )
        ]
    return []


@register()
def hosts(**_kwargs: Any) -> list[CheckMessage]:
    """Links to invitations and new passwords name the host: nobody else may choose it."""
    loose = [host for host in settings.ALLOWED_HOSTS if host.startswith((".", "*"))]
    if settings.ACCESS == ACCOUNTS and loose:
        return [
            Error(
                f"ALLOWED_HOSTS has {', '.join(loose)}, which is not an exact host.",
                hint="Name every host in full.",
                id="playground.E002",
            )
        ]
    return []


@register()
def passwords_in_the_clear(**_kwargs: Any) -> list[CheckMessage]:
    if settings.ACCESS == ACCOUNTS and not settings.LOCAL and not settings.TLS:
        return [
            Warning(
                "Passwords and sessions cross the network in the clear.",
                hint="Put a proxy with TLS in front and set TLS=1: see docs/deployment.md.",
                id="playground.W002",
            )
        ]
    return []


@register()
def price_file(**_kwargs: Any) -> list[CheckMessage]:
    """A table of prices with a slip in it is left out as a whole: half of it would mislead."""
    path = settings.DATA_DIR / price_table.NAME
    if not path.exists():
        return []
    try:
        price_table.read(path)
    except price_table.PriceTableError as error:
        hint = "See docs/deployment.md for what it holds."
        return [Warning(f"{path.name} is left out: {error}.", hint=hint, id="playground.W003")]
    return []


@register(deploy=True)
def connections(**_kwargs: Any) -> list[CheckMessage]:
    """Database, queue and storage are each tried once, and a line says what works."""
    return [_said(name, one) for name, one in trials.verdicts(TRIAL_SECONDS).items()]


def _said(name: str, verdict: trials.Verdict) -> CheckMessage:
    if verdict.works:
        return Info(verdict.words, id="playground.I001", obj=name)
    return Error(verdict.words, id="playground.E003", obj=name)


def refuse_open_door() -> None:
    """Raise CommandError where a web server would serve a network without sign-in."""
    for found in [*access(), *hosts()]:
        raise CommandError(f"{found.msg} {found.hint}")
