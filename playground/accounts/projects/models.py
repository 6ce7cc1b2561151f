"""Projects, who belongs to them as what, and what makes a row one of a project's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from playground.accounts.models import Account

if TYPE_CHECKING:
    from typing import Self

    from playground.accounts.visitor import Visitor

MAX_NAME_LENGTH = 80  # characters
# A few, so that the sweep of old runs asks a few questions however many projects there are.
KEEP_DAYS = (7, 30, 90, 180, 365, 730)


class Role(models.TextChoices):
    """Who looks reads; who works also runs, changes and shares; a keeper also has the members."""

    LOOK = "look", "Looks"
    WORK = "work", "Works"
    KEEP = "keep", "Keeper"


WORKING = (Role.WORK, Role.KEEP)


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, visitor: Visitor) -> Self:
        return self.filter(pk__in=visitor.projects)


class Project(models.Model):
    """Has one keeper at least: see members.py."""

    name = models.CharField(max_length=MAX_NAME_LENGTH)
    created_at = models.DateTimeField(default=timezone.now)
    keep_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="for how long its runs are kept; none: as the site says"
    )

    objects = ProjectQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="project_has_a_name"),
            models.CheckConstraint(
                condition=Q(keep_days__isnull=True) | Q(keep_days__in=KEEP_DAYS),
                name="project_keep_days",
            ),
        ]

    def __str__(self) -> str:
        return f"project {self.pk}"


class Membership(models.Model):
    """One person in one project."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="memberships")
    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="memberships", db_index=False
    )
    role = models.CharField(max_length=10, choices=Role)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "project"], name="one_membership_a_person_and_project"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="member_role_known"),
        ]

    def __str__(self) -> str:
        return f"account {self.account_id} in project {self.project_id}: {self.role}"


def project_field(**more: Any) -> models.ForeignKey[Any, Any]:
    """PROTECT: what is in a project goes back to who started it before the project can end."""
    return models.ForeignKey(
        Project,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="none: only its owner sees it",
        **more,
    )


class InProject(models.Model):
    """A row with an `owner` that can belong to a project. Its owner is who started it."""

    project = project_field()

    class Meta:
        abstract = True
