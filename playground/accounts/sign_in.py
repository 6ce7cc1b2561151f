"""Who a name and a password are of, and how often that may be guessed.

Guessing is limited for an account from one network, so that nobody can lock others out, and for a
network over all accounts; the codes of a second factor for an account from everywhere, since
whoever gets there has the password. An attempt is written down before anything is looked at: many
at once get no more guesses than one after the other.
"""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from playground.accounts.models import Account, SignInAttempt, SignInPolicy
from playground.accounts.passwords import MAX_LENGTH
from playground.storage.writes import orderly_writes
from playground.web.client_address import client_network

WINDOW = timedelta(minutes=15)
MAX_FAILURES_FOR_ACCOUNT = 5  # failures from one network within the window; of codes from all
MAX_FAILURES_FOR_NETWORK = 50
EVERYWHERE = ""  # the network of a code


class TooManyAttempts(ValidationError):  # noqa: N818 - what happened, not what broke
    """Nothing was checked. `until` is when the next attempt is."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        minutes = -(-self.seconds() // 60)
        wait = f"{minutes} minutes" if minutes > 1 else "a minute"
        super().__init__(
            f"Too many attempts that were not right. Nothing was checked. Wait {wait}."
        )

    def seconds(self) -> int:
        """How long to wait, one second at least."""
        return max(int((self.until - timezone.now()).total_seconds()) + 1, 1)


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

    def get_user(self, user_id: int) -> Account | None:
        """With `lacks_factor`: whether this one may only set up the second factor that is asked of
        everybody. Who has no password signs in elsewhere, where the factor is.
        """
        from allauth.mfa.models import Authenticator  # a local playground has no such table

        asked = Exists(SignInPolicy.objects.filter(second_factor=True))
        has_one = Exists(Authenticator.objects.filter(user=OuterRef("pk")))
        elsewhere = Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
        rows = Account.objects.annotate(lacks_factor=Q(asked) & ~Q(has_one) & ~elsewhere)
        account = rows.filter(pk=user_id).first()
        return account if account and self.user_can_authenticate(account) else None


def find(name: str) -> Account | None:
    """Return the account of a username or an email; neither is ever the other's."""
    if "\x00" in name:
        return None
    named = Account.objects.filter(Q(username__iexact=name) | Q(email__iexact=name))
    return named.first()


def name_digest(name: str) -> str:
    """Return a keyed digest of the account that is meant, the same for its name and its email."""
    account = find(name)
    return _digest(f"account {account.pk}" if account else f"typed {name.strip().casefold()[:200]}")


def _code_digest(account: Account) -> str:
    return _digest(f"code of account {account.pk}")


def _digest(meant: str) -> str:
    return salted_hmac("playground.sign-in", meant, algorithm="sha256").hexdigest()


def note_password(request: HttpRequest, name: str) -> None:
    """Raises TooManyAttempts."""
    _note(client_network(request), name_digest(name))


def note_asking(request: HttpRequest) -> None:
    """Of a passkey, or the way to another provider: nothing to guess, but it costs a session.

    Raises TooManyAttempts.
    """
    _note(client_network(request), _digest("asking"), most=MAX_FAILURES_FOR_NETWORK)


def note_code(account: Account) -> None:
    """Raises TooManyAttempts."""
    _note(EVERYWHERE, _code_digest(account))


def _note(network: str, digest: str, most: int = MAX_FAILURES_FOR_ACCOUNT) -> None:
    """Write the attempt down, then count: of many at once no more get through than may."""
    with orderly_writes():
        attempt = SignInAttempt.objects.create(network=network, name_digest=digest)
    lately = SignInAttempt.objects.filter(network=network, at__gt=timezone.now() - WINDOW)
    closed = [_closed_until(lately.filter(name_digest=digest), most)]
    if network != EVERYWHERE:
        closed.append(_closed_until(lately, MAX_FAILURES_FOR_NETWORK))
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


def forget_password(request: HttpRequest, name: str) -> None:
    """The password was right: its failures from this network count no more."""
    _forget(network=client_network(request), name_digest=name_digest(name))


def forget_asking(request: HttpRequest) -> None:
    _forget(network=client_network(request), name_digest=_digest("asking"))


def forget_codes(account: Account) -> None:
    _forget(name_digest=_code_digest(account))


def forget_attempts(account: Account) -> None:
    """Let somebody with a new password sign in at once, from everywhere."""
    _forget(name_digest=name_digest(account.username))


def _forget(**which: str) -> None:
    with orderly_writes():
        SignInAttempt.objects.filter(**which).delete()


def sweep() -> None:
    with orderly_writes():
        SignInAttempt.objects.filter(at__lte=timezone.now() - WINDOW).delete()
