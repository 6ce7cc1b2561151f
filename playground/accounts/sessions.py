"""How long a sign-in lasts, where an account is signed in, and how that ends.

Leaves who may sign in to sign_in.py. A session that an earlier release began has no row of
allauth's: it works on, is ended with all others, and is listed once its use was noted.
"""

from __future__ import annotations

import contextlib
import logging
import time
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, cast

from django.apps import apps
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, logout, update_session_auth_hash
from django.contrib.sessions.backends.base import UpdateError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from playground.accounts.audit.log import Kind, record
from playground.accounts.models import Account
from playground.storage.writes import orderly_writes
from playground.web.client_address import client_network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from allauth.usersessions.models import UserSession
    from django.http import HttpRequest

logger = logging.getLogger(__name__)

REMEMBERED = timedelta(days=30)
MAX_IDLE_DAYS = 7  # days that a remembered session may go unused
UNTIL, USED_ON = "until", "used_on"  # in such a session: its end, and the day of its last use
CODES = 10  # recovery codes that are made together
SAID_FOR_SECONDS = 60
ELSEWHERE = "socialaccount"  # the method of who comes from another provider
WAYS = "account_authentication_methods"  # in each, by allauth: what proved who it is
WORDS = {"totp": "code", "webauthn": "passkey", "recovery_codes": "recovery code"}
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "Chrom": "Chromium",
    "Safari/": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iOS",
    "iPad": "iPadOS",
    "Mac OS": "macOS",
    "Windows": "Windows",
    "Linux": "Linux",
}


def begin(request: HttpRequest, *, remember: bool) -> None:
    """Set how long the session lasts that was just made."""
    request.session.set_expiry(0)
    for name in (UNTIL, USED_ON):  # of the session before, which Django keeps for the same account
        request.session.pop(name, None)
    if remember:
        request.session[UNTIL] = (timezone.now() + REMEMBERED).timestamp()
        _use(request, _today())
    logger.info("account %s signed in from %s", request.user.pk, client_network(request))


def end_if_idle(request: HttpRequest) -> bool:
    """End a remembered session that went unused for too long; note its use, once a day, if not."""
    used, today = request.session.get(USED_ON), _today()
    if used is None or used == today:
        return False
    if today - used > MAX_IDLE_DAYS:
        logger.info("account %s was signed out, having been idle", request.user.pk)
        logout(request)
        return True
    _use(request, today)
    _keep(request)
    return False


def _keep(request: HttpRequest) -> None:
    """At once and not with the answer: where the database is busy, what was asked for is shown
    all the same, and the next look notes the use.
    """
    with contextlib.suppress(UpdateError), orderly_writes():
        request.session.save()
        _rows().objects.create_from_request(request)
    request.session.modified = False


def _use(request: HttpRequest, day: int) -> None:
    """What is left is set anew: a session that is written would otherwise begin its time again."""
    request.session[USED_ON] = day
    left = request.session[UNTIL] - timezone.now().timestamp()
    request.session.set_expiry(max(int(left), 1))


def _today() -> int:
    return timezone.now().toordinal()


def _rows() -> type[UserSession]:
    """Not at the top: a local playground has no such table."""
    from allauth.usersessions.models import UserSession

    return cast("type[UserSession]", UserSession)


@dataclass(frozen=True)
class ShownSession:
    """Where an account is signed in, in words."""

    row: UserSession
    kept: dict[str, Any]
    is_current: bool

    @property
    def device(self) -> str:
        return device(self.row.user_agent)

    @property
    def used_on(self) -> date | None:
        day = self.kept.get(USED_ON)
        return date.fromordinal(day) if day else None

    @property
    def ways(self) -> str:
        """As in `Password and code`."""
        ways = " and ".join(dict.fromkeys(map(_way, self.kept.get(WAYS, []))))
        return ways[:1].upper() + ways[1:]


def _way(proof: dict[str, Any]) -> str:
    if proof["method"] == ELSEWHERE:
        return settings.OIDC.name if settings.OIDC else "another provider"
    return WORDS.get(str(proof.get("type")), str(proof["method"]))


def device(agent: str) -> str:
    """Return the browser and system that a User-Agent names, or `A program`."""
    browser = next((name for mark, name in BROWSERS.items() if mark in agent), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in agent), "")
    return " on ".join(filter(None, (browser, system))) or "A program"


def shown_sessions(request: HttpRequest, account: Account) -> list[ShownSession]:
    """Return where the account is signed in, this session first."""
    shown = [
        ShownSession(row, kept, row.session_key == request.session.session_key)
        for row, kept in _live(account)
    ]
    return sorted(shown, key=lambda one: (not one.is_current, -one.row.created_at.timestamp()))


def _live(account: Account) -> Iterator[tuple[UserSession, dict[str, Any]]]:
    """Those that would still let in: a new password leaves rows behind until they are swept."""
    from django.contrib.sessions.models import Session

    rows = {row.session_key: row for row in _rows().objects.filter(user=account)}
    right = account.get_session_auth_hash()
    for one in Session.objects.filter(session_key__in=rows, expire_date__gt=timezone.now()):
        kept = one.get_decoded()
        if constant_time_compare(kept.get(HASH_SESSION_KEY, ""), right):
            yield rows[one.session_key], kept


def codes_left_after_one(request: HttpRequest, account: Account | None) -> int | None:
    """Return how many recovery codes are left, to who used one up to come in a moment ago."""
    proofs = request.session.get(WAYS) if account else None
    last: dict[str, Any] = proofs[-1] if proofs else {}
    if not account or last.get("type") != "recovery_codes":
        return None
    return codes_left(account) if time.time() - last["at"] < SAID_FOR_SECONDS else None


def confirmed_elsewhere(request: HttpRequest) -> bool:
    """Whether a visitor proved a moment ago, at another provider, who they are."""
    proofs = [one for one in request.session.get(WAYS, []) if one["method"] == ELSEWHERE]
    newest = max((one["at"] for one in proofs if one.get("reauthenticated")), default=0.0)
    return bool(time.time() - newest < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)


def codes_left(account: Account) -> int:
    from allauth.mfa.models import Authenticator

    kind = Authenticator.Type.RECOVERY_CODES
    row = Authenticator.objects.filter(user=account, type=kind).first()
    return CODES - row.data["used_mask"].bit_count() if row else 0


def end(account: Account, session_id: int) -> None:
    """End one session of this account; pressing twice is pressing once."""
    with orderly_writes():
        for row in _rows().objects.filter(user=account, pk=session_id):
            row.end()


def end_all(account: Account) -> None:
    """Sign out everywhere."""
    with orderly_writes(), transaction.atomic():
        Account.objects.filter(pk=account.pk).update(sessions_epoch=F("sessions_epoch") + 1)
        record(Kind.SIGNED_OUT_EVERYWHERE, subject=account.pk)
    account.refresh_from_db(fields=["sessions_epoch"])
    logger.info("account %s signed out everywhere", account.pk)


def keep_this(request: HttpRequest, account: Account) -> None:
    """Let this session alone outlive a new password or epoch, under a new key."""
    key = request.session.session_key
    with orderly_writes():
        update_session_auth_hash(request, account)
        _rows().objects.filter(session_key=key).update(session_key=request.session.session_key)


def sweep() -> None:
    """Delete sessions that have ended by themselves, and what is known of ended ones."""
    if apps.is_installed("django.contrib.sessions"):
        from django.contrib.sessions.backends.db import SessionStore
        from django.contrib.sessions.models import Session

        with orderly_writes():
            SessionStore.clear_expired()
            _rows().objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
