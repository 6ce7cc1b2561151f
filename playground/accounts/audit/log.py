"""Writes the audit log and deletes what is old in it. Leaves reading to settings_pages/audit.py.

`record` stands in the transaction of what it tells: both are kept, or neither.
"""

import logging
from contextvars import ContextVar
from datetime import timedelta

from django.conf import settings
from django.db.models import TextChoices
from django.http import HttpRequest
from django.utils import timezone

from playground.accounts.audit.models import MAX_DETAIL_LENGTH, AuditEntry
from playground.config.access_modes import ACCOUNTS
from playground.storage.writes import orderly_writes
from playground.web.client_address import client_network

logger = logging.getLogger(__name__)
audited_request: ContextVar[HttpRequest | None] = ContextVar("audited_request", default=None)

MAX_REFUSALS_AN_HOUR = 1000  # kept of refused sign-ins: strangers must not fill the disk
BATCH_SIZE = 1000


class Kind(TextChoices):
    """What was done. The word before the dot is its group, by which the page filters."""

    SIGNED_IN = "sign_in.done", "Signed in"
    SIGN_IN_REFUSED = "sign_in.refused", "Sign-in refused"
    SIGNED_OUT = "sign_in.ended", "Signed out"
    SIGNED_OUT_EVERYWHERE = "sign_in.ended_everywhere", "Signed out everywhere"
    PERSON_MADE = "person.made", "Account made"
    PERSON_DEACTIVATED = "person.deactivated", "Account deactivated"
    PERSON_REACTIVATED = "person.reactivated", "Account reactivated"
    PERSON_ERASED = "person.erased", "Account erased"
    DATA_TAKEN = "person.data", "Own data downloaded"
    PASSWORD_CHANGED = "person.password", "Password changed"
    RESET_LINK_MADE = "person.reset_link", "Link to a new password made"
    ROLE_CHANGED = "person.role", "Role changed"
    FACTOR_ADDED = "person.factor_added", "Second factor added"
    FACTOR_ASKED_FOR = "person.factor_asked_for", "Second factor asked for"
    FACTOR_REMOVED = "person.factor_removed", "Second factor removed"
    INVITED = "invitation.made", "Invitation made"
    INVITATION_REVOKED = "invitation.revoked", "Invitation revoked"
    KEY_SET = "key.set", "Key set"
    KEY_REMOVED = "key.removed", "Key removed"
    KEYS_ROTATED = "key.rotated", "Stored keys encrypted anew"
    SERVER_ADDED = "server.added", "Server added"
    SERVER_CHANGED = "server.changed", "Server changed"
    SERVER_REMOVED = "server.removed", "Server removed"
    TOKEN_MADE = "token.made", "API token made"
    TOKEN_REVOKED = "token.revoked", "API token revoked"
    LINK_MADE = "link.made", "Share link made"
    LINK_CHANGED = "link.changed", "Share link changed"
    LINK_MOVED = "link.moved", "Share link given a new address"
    LINK_REVOKED = "link.revoked", "Share link revoked"
    PROJECT_MADE = "project.made", "Project made"
    PROJECT_KEPT = "project.keep_days", "Time that a project keeps runs changed"
    PROJECT_ENDED = "project.ended", "Project ended"
    MEMBER_ADDED = "project.added", "Member added to a project"
    MEMBER_CHANGED = "project.role", "Role in a project changed"
    MEMBER_REMOVED = "project.removed", "Member left a project"


GROUPS = {
    "sign_in": "Sign-ins",
    "person": "Accounts",
    "invitation": "Invitations",
    "key": "Keys",
    "server": "Servers",
    "token": "API tokens",
    "link": "Share links",
    "project": "Projects",
}


def record(
    kind: Kind, *, by: int | None = None, subject: int | None = None, detail: str = ""
) -> None:
    """Write down what is being done, by whom and from where the request says.

    by: who, where the request does not know yet. Without accounts there is no such log.
    """
    if settings.ACCESS != ACCOUNTS:
        return
    request = audited_request.get()
    visitor = getattr(request, "visitor", None) if by is None else None
    with orderly_writes():
        AuditEntry.objects.create(
            kind=kind,
            actor=visitor.account.pk if visitor and visitor.account else by,
            subject=subject,
            detail=detail[:MAX_DETAIL_LENGTH],
            network=client_network(request) if request else "",
        )


def record_refusal(account_id: int | None) -> None:
    """Write down that a sign-in was refused; of a flood the first ones of each hour."""
    lately = AuditEntry.objects.filter(
        kind=Kind.SIGN_IN_REFUSED, at__gt=timezone.now() - timedelta(hours=1)
    )
    if lately.count() >= MAX_REFUSALS_AN_HOUR:
        logger.warning("a refused sign-in is not in the audit log: too many in an hour")
        return
    record(Kind.SIGN_IN_REFUSED, subject=account_id)


def sweep() -> int:
    """Delete what is older than KEEP_AUDIT_DAYS. Returns how many rows went."""
    if not settings.KEEP_AUDIT_DAYS:
        return 0
    old = AuditEntry.objects.older_than(timezone.now() - timedelta(days=settings.KEEP_AUDIT_DAYS))
    gone = 0
    while ids := list(old.order_by("at").values_list("pk", flat=True)[:BATCH_SIZE]):
        with orderly_writes():
            gone += AuditEntry.objects.filter(pk__in=ids).delete()[0]
    return gone
