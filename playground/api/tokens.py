"""Makes, finds and revokes the tokens of programs."""

from __future__ import annotations

import hashlib
import logging
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Q
from django.utils import timezone

from playground.accounts.audit.log import Kind, record
from playground.accounts.visitor import Visitor
from playground.api.models import ApiToken, Scope
from playground.config.access_modes import ACCOUNTS
from playground.storage.tokens import new_token
from playground.storage.writes import one_at_a_time, orderly_writes

if TYPE_CHECKING:
    from playground.accounts.models import Account

logger = logging.getLogger(__name__)

PREFIX = "vpg_"  # so that a token is recognised where it should not be; playground/config/logs.py
LOOKS_RIGHT = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{32}}")
MAX_TOKENS = 20  # of one owner
NOTED_EVERY = timedelta(minutes=1)


class NameTakenError(Exception):
    """There is a live token of this name."""


class TooManyTokensError(Exception):
    """MAX_TOKENS tokens are live."""


@dataclass(frozen=True)
class NewToken:
    """secret: what a program sends; it cannot be shown again."""

    row: ApiToken
    secret: str


def make(
    name: str, owner: Account | None, scope: str = Scope.RUN, days: int | None = None
) -> NewToken:
    """Make a token of 192 random bits. Those of this owner that ended make room for it.

    days: after which it ends; None: never. Raises NameTakenError, TooManyTokensError.
    """
    secret, end = PREFIX + new_token(), timezone.now() + timedelta(days=days) if days else None
    try:
        with one_at_a_time("tokens"):
            ApiToken.objects.ended().filter(owner=owner).update(revoked_at=timezone.now())
            if ApiToken.objects.live().filter(owner=owner).count() >= MAX_TOKENS:
                raise TooManyTokensError
            row = ApiToken.objects.create(
                owner=owner,
                name=name,
                digest=_digest(secret),
                ending=secret[-4:],
                scope=scope,
                expires_at=end,
            )
            until = f"until {end:%Y-%m-%d}" if end else "without end"
            record(Kind.TOKEN_MADE, detail=f"number {row.pk}, may {scope}, {until}")
    except IntegrityError:
        raise NameTakenError from None
    logger.info("token %s was made for account %s", row.pk, owner.pk if owner else "none")
    return NewToken(row, secret)


def find(secret: str) -> ApiToken | None:
    """Return the token of this secret; None where it is unknown or revoked. It may have ended."""
    if not LOOKS_RIGHT.fullmatch(secret):
        return None
    return ApiToken.objects.live().filter(digest=_digest(secret)).select_related("owner").first()


def visitor_of(token: ApiToken) -> Visitor | None:
    """Return as whom a token acts, and note its use; None: its owner is shut out."""
    visitor = _visitor(token)
    if visitor:
        _note_use(token)
    return visitor


def _visitor(token: ApiToken) -> Visitor | None:
    if settings.ACCESS != ACCOUNTS:
        return Visitor(local=True)
    return Visitor(account=token.owner) if token.owner and token.owner.is_active else None


def _note_use(token: ApiToken) -> None:
    """At most one write a minute. A request does not fail because the database is busy."""
    now = timezone.now()
    stale = Q(used_at__isnull=True) | Q(used_at__lt=now - NOTED_EVERY)
    if token.used_at and token.used_at >= now - NOTED_EVERY:
        return
    try:
        ApiToken.objects.filter(stale, pk=token.pk).update(used_at=now)
    except OperationalError:
        logger.info("token %s: a use was not noted, the database is busy", token.pk)


def revoke(token: ApiToken) -> bool:
    with orderly_writes(), transaction.atomic():
        revoked = ApiToken.objects.live().filter(pk=token.pk).update(revoked_at=timezone.now())
        if revoked:
            record(Kind.TOKEN_REVOKED, subject=token.owner_id, detail=f"number {token.pk}")
    logger.info("token %s was revoked", token.pk)
    return bool(revoked)


def _digest(secret: str) -> str:
    """A plain hash is enough: 192 random bits cannot be tried out."""
    return hashlib.sha256(secret.encode()).hexdigest()
