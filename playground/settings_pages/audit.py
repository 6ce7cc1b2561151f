"""Settings, Audit log: who did what, newest first. For administrators, as a page and as a file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from playground.accounts.audit.log import GROUPS, Kind
from playground.accounts.audit.models import AuditEntry
from playground.accounts.models import Account
from playground.settings_pages.page import account_of, for_keepers
from playground.web.params import number_or_none

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.http import HttpRequest, HttpResponse

    from playground.accounts.audit.models import AuditEntryQuerySet

PAGE_SIZE = 50
BATCH_SIZE = 500  # entries of a file that are in memory together
LABELS = dict(Kind.choices)
NOBODY = 0  # no account has this number


@dataclass(frozen=True)
class Wanted:
    """person: a name, or # and the number of an account, which may be erased."""

    person: str
    group: str

    @classmethod
    def of(cls, request: HttpRequest) -> Wanted:
        group = request.GET.get("kind", "")
        person = request.GET.get("person", "").replace("\x00", "").strip()[:150]
        return cls(person, group if group in GROUPS else "")

    def entries(self) -> AuditEntryQuerySet:
        rows = AuditEntry.objects.order_by("-pk")
        rows = rows.of_group(self.group) if self.group else rows
        return rows.about_person(self._account_id()) if self.person else rows

    def _account_id(self) -> int:
        if self.person.startswith("#"):
            return number_or_none(self.person[1:], 18) or NOBODY
        named = Account.objects.filter(username__iexact=self.person).values_list("pk", flat=True)
        return named.first() or NOBODY


@dataclass(frozen=True)
class ShownEntry:
    """An entry with the names that its accounts have now; erased ones have none."""

    row: AuditEntry
    names: dict[int, str]

    @property
    def what(self) -> str:
        return LABELS.get(self.row.kind, self.row.kind)

    @property
    def actor(self) -> str:
        return self._name(self.row.actor)

    @property
    def subject(self) -> str:
        """Whom it was done to, where that is somebody else."""
        return "" if self.row.subject == self.row.actor else self._name(self.row.subject)

    def _name(self, account_id: int | None) -> str:
        return self.names.get(account_id, f"#{account_id}, erased") if account_id else ""

    def as_json(self) -> dict[str, Any]:
        row = self.row
        return {
            "at": row.at.isoformat(),
            "kind": row.kind,
            "account": row.actor,
            "username": self.names.get(row.actor or NOBODY),
            "subject": row.subject,
            "subject_username": self.names.get(row.subject or NOBODY),
            "detail": row.detail,
            "network": row.network,
        }


def _shown(rows: Sequence[AuditEntry]) -> list[ShownEntry]:
    ids = {one for row in rows for one in (row.actor, row.subject) if one}
    there = Account.objects.filter(pk__in=ids, erased_at=None)
    names = dict(there.values_list("pk", "username"))
    return [ShownEntry(row, names) for row in rows]


@for_keepers
@never_cache
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    wanted = Wanted.of(request)
    before = number_or_none(request.GET.get("before", ""), 18)
    entries = wanted.entries().filter(pk__lt=before) if before else wanted.entries()
    rows = list(entries[: PAGE_SIZE + 1])
    context = {
        "account": account_of(request),
        "audit": _shown(rows[:PAGE_SIZE]),
        "older": rows[PAGE_SIZE - 1].pk if len(rows) > PAGE_SIZE else None,
        "is_later_page": before is not None,
        "wanted": wanted,
        "groups": GROUPS.items(),
        "people_names": Account.objects.filter(erased_at=None)
        .order_by("username")
        .values_list("username", flat=True),
        "keep_days": settings.KEEP_AUDIT_DAYS,
    }
    return render(request, "settings_pages/audit.html", context)


@for_keepers
@never_cache
@require_safe
def download(request: HttpRequest) -> StreamingHttpResponse:
    """All entries that match, a JSON object a line, newest first."""
    response = StreamingHttpResponse(
        _lines(Wanted.of(request)), content_type="application/jsonl; charset=utf-8"
    )
    name = f"audit-{timezone.now():%Y-%m-%d}.jsonl"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _lines(wanted: Wanted) -> Iterator[str]:
    entries = wanted.entries()
    rows = list(entries[:BATCH_SIZE])
    while rows:
        for one in _shown(rows):
            yield json.dumps(one.as_json(), ensure_ascii=False) + "\n"
        rows = list(entries.filter(pk__lt=rows[-1].pk)[:BATCH_SIZE])
