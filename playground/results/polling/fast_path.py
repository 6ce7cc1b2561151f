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

from playground.accounts.models import Account
from playground.results.polling.polls import news
from playground.results.views import comparisons, runs
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.storage.prepared import Prepared
from playground.web.client_address import is_this_machine
from playground.web.request_bodies import is_utf8

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from playground.runs.models.run import RunQuerySet

    Rows = list[tuple[Any, ...]]

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


COLUMNS = {"runs": READ, "compare": (*READ, "retry_of")}
PROOFS = ("owner__password", "owner__sessions_epoch")


def _rows(kind: str, key: UUID) -> RunQuerySet:
    """The run, or all of a comparison: `Comparison.cells` takes the database half as long again."""
    there = Run.everything.filter(deleted_at=None)
    if kind == "runs":
        return there.filter(pk=key)
    return there.filter(comparison=key).order_by("position", "created_at")


LOCAL = {
    kind: Prepared(lambda key, kind=kind: _rows(kind, key).values_list(*COLUMNS[kind]))
    for kind in COLUMNS
}
OWNED = {
    kind: Prepared(
        lambda key, owner, kind=kind: (
            _rows(kind, key)
            .filter(owner=owner, owner__is_active=True)
            .values_list(*COLUMNS[kind], *PROOFS)
        )
    )
    for kind in COLUMNS
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

    def read(self, request: HttpRequest, kind: str, key: UUID) -> Rows:
        """Return COLUMNS of the runs that who asks may see; may raise NotPlainError."""
        if not is_this_machine(request):
            raise NotPlainError
        return LOCAL[kind].rows(key=key)

    def _waiting(self, request: HttpRequest, kind: str, key: UUID) -> list[Run]:
        """Return what is needed of the runs and no more; raises NotPlainError."""
        found = self.read(request, kind, key)
        if kind == "compare":
            retried = {row[-1] for row in found}
            found = [row[:-1] for row in found if row[0] not in retried]
        states = {row[STATUS] for row in found}
        if not states & WITH_THE_PROVIDER or states - PLAIN:
            raise NotPlainError
        return [Run.from_db("default", READ, row) for row in found]


class UnchangedForAccountsMiddleware(UnchangedMiddleware):
    """With accounts: the session is looked up and checked as Django does it, every time."""

    def unchanged(self) -> HttpResponse:
        return HttpResponse(status=204, headers={"Cache-Control": "no-store, private"})

    def read(self, request: HttpRequest, kind: str, key: UUID) -> Rows:
        session = _session(request)
        found = OWNED[kind].rows(key=key, owner=int(session[SESSION_KEY]))
        for password, epoch in {row[-2:] for row in found}:  # of one account: there is one
            account = Account(password=password, sessions_epoch=epoch)
            expected = account.get_session_auth_hash()
            if not constant_time_compare(session[HASH_SESSION_KEY], expected):
                raise NotPlainError
        return [row[:-2] for row in found]


def _kept(key: str, now: datetime) -> QuerySet[Any, Any]:
    from django.contrib.sessions.models import Session  # not installed without accounts

    return Session.objects.filter(session_key=key, expire_date__gt=now).values_list("session_data")


SESSION = Prepared(_kept)


def _session(request: HttpRequest) -> dict[str, Any]:
    """Return what the session of an account holds; raises NotPlainError for every other one."""
    from django.contrib.sessions.backends.db import SessionStore

    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    for row in SESSION.rows(key=key, now=timezone.now()) if key else ():
        found: dict[str, Any] = SessionStore().decode(row[0])
        known = {SESSION_KEY, HASH_SESSION_KEY, BACKEND_SESSION_KEY} <= found.keys()
        if known and found[BACKEND_SESSION_KEY] in settings.AUTHENTICATION_BACKENDS:
            return found
    raise NotPlainError
