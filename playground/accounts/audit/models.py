"""The rows of the audit log. The database refuses to change one; only the sweep deletes any.

People are numbers here: a row stays as it is when an account is erased, and its name goes.
"""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

MAX_DETAIL_LENGTH = 200  # characters


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def about_person(self, account_id: int) -> Self:
        """What this one did, and what was done to this one."""
        return self.filter(Q(actor=account_id) | Q(subject=account_id))

    def of_group(self, group: str) -> Self:
        return self.filter(kind__startswith=f"{group}.")

    def older_than(self, moment: datetime) -> Self:
        return self.filter(at__lt=moment)


class AuditEntry(models.Model):
    """One thing that was done, or refused."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    kind = models.CharField(max_length=40, help_text="one of audit/log.py's Kind")
    actor = models.BigIntegerField(null=True, help_text="account that did it; none: nobody here")
    subject = models.BigIntegerField(null=True, help_text="account that it was done to")
    detail = models.CharField(max_length=MAX_DETAIL_LENGTH, blank=True, default="")
    network = models.CharField(max_length=50, blank=True, default="", help_text="empty: a command")

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "audit entries"
        indexes = [
            models.Index(fields=["actor", "id"], name="audit_by_actor"),
            models.Index(fields=["subject", "id"], name="audit_by_subject"),
            models.Index(fields=["kind", "id"], name="audit_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at}"
