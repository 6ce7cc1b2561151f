"""Signing in: by username or email, and only so often.

Guessing is limited for an account from one network, so that nobody can lock others out, and for a
network over all accounts. An attempt is written down before the password is looked at: many at
once get no more guesses than one after the other.
"""

from __future__ import annotations

import contextlib
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.base import UpdateError
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from playground.accounts.models import Account, SignInAttempt
from playground.accounts.passwords import MAX_LENGTH
from playground.storage.writes import orderly_writes
from playground.web.client_address import client_network

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet
    from django.http import HttpRequest

logger = logging.getLogger(__name__)

WINDOW = timedelta(minutes=15)
MAX_FAILURES_FOR_ACCOUNT = 5  # failures from one network within the window
MAX_FAILURES_FOR_NETWORK = 50
REMEMBERED = timedelta(days=30)
MAX_IDLE_DAYS = 7  # days that a remembered session may go unused
UNTIL, USED_ON = "until", "used_on"  # in such a session: its end, and the day of its last use


class TooManyAttempts(Exception):  # noqa: N818 - what happened, not what broke
    """Nothing was checked. `until` is when the next attempt is."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until

    def seconds(self) -> int:
        """How long to wait, one second at least."""
        return max(int((self.until - timezone.now()).total_seconds()) + 1, 1)

    def words(self) -> str:
        minutes = -(-self.seconds() // 60)
        wait = f"{minutes} minutes" if minutes > 1 else "a minute"
        return f"Too many attempts that were not right. Nothing was checked. Wait {wait}."


class AccountBackend(ModelBackend):
    """Finds the account by username or email, whatever their case."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **_other: Any,
    ) -> Account | None:
        if not username or not password or len(password) > MAX_LENGTH:
            return None
        account = find(username)
        if not account:
            make_password(password)  # a wrong name takes as long as a wrong password
            return None
        right = account.check_password(password)
        return account if right and self.user_can_authenticate(account) else None


def find(name: str) -> Account | None:
    """Return the account of a username or an email; neither is ever the other's."""
    if "\x00" in name:
        return None
    named = Account.objects.filter(Q(username__iexact=name) | Q(email__iexact=name))
    return named.first()


def sign_in(request: HttpRequest, name: str, password: str, *, remember: bool) -> Account | None:
    """Sign in where name and password are right. Raises TooManyAttempts before looking at them."""
    network, digest = client_network(request), name_digest(name)
    _note(network, digest)
    account = authenticate(request, username=name, password=password)
    if not isinstance(account, Account):
        logger.info("a sign-in from %s failed", network)
        return None
    _forget(network, digest)
    begin_session(request, account, remember=remember)
    return account


def confirm_password(request: HttpRequest, account: Account, password: str) -> bool:
    """Whether it is this account's password: as often as at the sign-in, no more.

    Raises TooManyAttempts before looking at it.
    """
    network, digest = client_network(request), name_digest(account.username)
    _note(network, digest)
    right = account.check_password(password)
    if right:
        _forget(network, digest)
    return right


def _forget(network: str, digest: str) -> None:
    with orderly_writes():
        SignInAttempt.objects.filter(network=network, name_digest=digest).delete()


def begin_session(request: HttpRequest, account: Account, *, remember: bool = False) -> None:
    login(request, account)
    request.session.set_expiry(0)
    for name in (UNTIL, USED_ON):  # of the session before, which Django keeps for the same account
        request.session.pop(name, None)
    if remember:
        request.session[UNTIL] = (timezone.now() + REMEMBERED).timestamp()
        _use(request, _today())
    logger.info("account %s signed in from %s", account.pk, client_network(request))


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
    request.session.modified = False


def _use(request: HttpRequest, day: int) -> None:
    """What is left is set anew: a session that is written would otherwise begin its time again."""
    request.session[USED_ON] = day
    left = request.session[UNTIL] - timezone.now().timestamp()
    request.session.set_expiry(max(int(left), 1))


def _today() -> int:
    return timezone.now().toordinal()


def name_digest(name: str) -> str:
    """Return a keyed digest of the account that is meant, the same for its name and its email."""
    account = find(name)
    meant = f"account {account.pk}" if account else f"typed {name.strip().casefold()[:200]}"
    return salted_hmac("playground.sign-in", meant, algorithm="sha256").hexdigest()


def _note(network: str, digest: str) -> None:
    """Write the attempt down, then count: of many at once no more get through than may."""
    with orderly_writes():
        attempt = SignInAttempt.objects.create(network=network, name_digest=digest)
    lately = SignInAttempt.objects.filter(network=network, at__gt=timezone.now() - WINDOW)
    closed = [
        _closed_until(lately.filter(name_digest=digest), MAX_FAILURES_FOR_ACCOUNT),
        _closed_until(lately, MAX_FAILURES_FOR_NETWORK),
    ]
    until = max(filter(None, closed), default=None)
    if not until:
        return
    with orderly_writes():
        attempt.delete()  # asking too early must not make the wait longer
    raise TooManyAttempts(until)


def _closed_until(attempts: QuerySet[SignInAttempt], most: int) -> datetime | None:
    """Return when the next attempt is, where this one is over the limit."""
    newest = list(attempts.order_by("-at").values_list("at", flat=True)[: most + 1])
    return newest[most] + WINDOW if len(newest) > most else None


def forget_attempts(account: Account) -> None:
    """Let somebody with a new password sign in at once, from everywhere."""
    with orderly_writes():
        SignInAttempt.objects.filter(name_digest=name_digest(account.username)).delete()


def sweep() -> None:
    """Delete attempts that count no more and sessions that have ended by themselves."""
    with orderly_writes():
        SignInAttempt.objects.filter(at__lte=timezone.now() - WINDOW).delete()
    if apps.is_installed("django.contrib.sessions"):
        from django.contrib.sessions.backends.db import SessionStore

        with orderly_writes():
            SessionStore.clear_expired()
