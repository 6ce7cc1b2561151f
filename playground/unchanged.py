"""Answers the commonest request of all before anything else is done: a poll without news.

What waits is asked about again and again, and nearly always nothing has changed: one narrow query
shows that, with accounts a second one who asks. Whatever else a poll may be goes on to its view,
which finds out again: nothing is answered here but "what you have seen is still so", to this
machine or to the account whose runs they are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.urls import ResolverMatch
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from playground.bodies import is_utf8
from playground.client_address import is_this_machine
from playground.models import Account, Run, RunStatus
from playground.views import comparisons, runs
from playground.views.polls import news

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.http import HttpRequest

    from playground.models.run import RunQuerySet

    Rows = Iterable[tuple[Any, ...]]

PATH = re.compile(r"/(runs|compare)/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/status/")
# Of the others a page shows more than the row says: who is ahead, what is looked up.
WITH_THE_PROVIDER = {RunStatus.SUBMITTING.value, RunStatus.PROCESSING.value}
PLAIN = {*RunStatus.ended(), *WITH_THE_PROVIDER} - {RunStatus.UNKNOWN}
READ = ("id", "created_at", "status", "changed_at")  # in the order of the model
STATUS = READ.index("status")
MATCHES = {
    "runs": ResolverMatch(runs.status, (), {}, url_name="run-status"),
    "compare": ResolverMatch(comparisons.status, (), {}, url_name="comparison-status"),
}


class NotPlainError(Exception):
    """More than a glance is needed to tell whether there is news."""


class UnchangedMiddleware:
    """Of a local playground: whoever asks from this machine may see everything."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = PATH.fullmatch(request.path_info) if is_utf8(request) else None
        if found and request.method == "GET" and "seen" in request.GET:
            try:
                kind, pk = found[1], UUID(found[2])
                if news(request, lambda: self._waiting(request, kind, pk)) is None:
                    request.resolver_match = MATCHES[kind]
                    return self.unchanged()
            except (NotPlainError, OperationalError, InterfaceError):
                pass  # the view finds out again, and there it is answered
        return self.get_response(request)

    def unchanged(self) -> HttpResponse:
        return HttpResponse(status=204)

    def read(self, request: HttpRequest, rows: RunQuerySet, *columns: str) -> Rows:
        """Return the columns of those rows that who asks may see; may raise NotPlainError."""
        if not is_this_machine(request):
            raise NotPlainError
        return rows.values_list(*columns)

    def _waiting(self, request: HttpRequest, kind: str, pk: UUID) -> list[Run]:
        """Return what is needed of the runs and no more; raises NotPlainError."""
        if kind == "runs":
            rows = Run.everything.filter(pk=pk, deleted_at=None)
            found = list(self.read(request, rows, *READ))
        else:  # as Comparison.cells, which takes the database half as long again
            rows = Run.everything.filter(comparison=pk, deleted_at=None)
            rows = rows.order_by("position", "created_at")
            both = list(self.read(request, rows, *READ, "retry_of"))
            retried = {row[-1] for row in both}
            found = [row[:-1] for row in both if row[0] not in retried]
        states = {row[STATUS] for row in found}
        if not states & WITH_THE_PROVIDER or states - PLAIN:
            raise NotPlainError
        return [Run.from_db(None, READ, row) for row in found]


class UnchangedForAccountsMiddleware(UnchangedMiddleware):
    """With accounts: the session is looked up and checked as Django does it, every time."""

    def unchanged(self) -> HttpResponse:
        return HttpResponse(status=204, headers={"Cache-Control": "no-store, private"})

    def read(self, request: HttpRequest, rows: RunQuerySet, *columns: str) -> Rows:
        session = _session(request)
        owned = rows.filter(owner=session[SESSION_KEY], owner__is_active=True)
        proofs = ("owner__password", "owner__sessions_epoch")
        found = list(owned.values_list(*columns, *proofs))
        for password, epoch in {row[-2:] for row in found}:  # of one account: there is one
            account = Account(password=password, sessions_epoch=epoch)
            expected = account.get_session_auth_hash()
            if not constant_time_compare(session[HASH_SESSION_KEY], expected):
                raise NotPlainError
        return [row[:-2] for row in found]


def _session(request: HttpRequest) -> dict[str, Any]:
    """Return what the session of an account holds; raises NotPlainError for every other one."""
    from django.contrib.sessions.backends.db import SessionStore  # not installed without accounts

    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    kept = SessionStore.get_model_class().objects.filter(
        session_key=key, expire_date__gt=timezone.now()
    )
    for data in kept.values_list("session_data", flat=True) if key else ():
        found: dict[str, Any] = SessionStore().decode(data)
        known = {SESSION_KEY, HASH_SESSION_KEY, BACKEND_SESSION_KEY} <= found.keys()
        if known and found[BACKEND_SESSION_KEY] in settings.AUTHENTICATION_BACKENDS:
            return found
    raise NotPlainError
