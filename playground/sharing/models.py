"""Share links: what a stranger who has the address may see of a run or a comparison."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, cast

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Left
from django.urls import reverse
from django.utils import timezone

from playground.runs.listing import EXCERPT
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.storage.tokens import new_token

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self
    from uuid import UUID

    from playground.accounts.visitor import Visitor


CHOSEN = (
    "hide_system_prompt",
    "hide_costs",
    "hide_reasoning",
    "hide_flagged",
    "notes_until",
    "left_out",
)
SHOWS = (*CHOSEN, "cells", "best", "best_why", "title", "revision")


class ShareQuerySet(models.QuerySet["Share"]):
    def live(self) -> Self:
        """Links that open: not revoked, not past their end, their owner not shut out."""
        unended = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
        shut_out = Q(run__owner__is_active=False) | Q(comparison__owner__is_active=False)
        return self.filter(unended, revoked_at__isnull=True).exclude(shut_out)

    def open_among(self, runs: Iterable[UUID], comparisons: Iterable[UUID]) -> set[UUID]:
        """Return those of these runs and comparisons that a link opens."""
        links = self.live().filter(Q(run__in=runs) | Q(comparison__in=comparisons)).order_by()
        return {one for pair in links.values_list("run", "comparison") for one in pair if one}

    def visible_to(self, visitor: Visitor) -> Self:
        """Links of what this visitor may see."""
        return self if visitor.local else self._of_all(visitor, Q())

    def started_by(self, visitor: Visitor) -> Self:
        """Links to what the visitor started, and still sees."""
        return self if visitor.local else self._of_all(visitor, Q(owner=visitor.account))

    def _of_all(self, visitor: Visitor, owned: Q) -> Self:
        runs = Run.objects.visible_to(visitor).filter(owned).values("pk")
        comparisons = Comparison.objects.visible_to(visitor).filter(owned).values("pk")
        return self.filter(Q(run__in=runs) | Q(comparison__in=comparisons))

    def for_list(self) -> Self:
        """With the first lines of what was asked, without the rows behind the links.

        Without links to what was deleted a moment ago: whoever takes that back finds them again.
        has_flagged: whether an answer of it was flagged as sensitive.
        """
        first = Run.objects.filter(comparison=OuterRef("comparison"), retry_of__isnull=True)
        asked = first.order_by("position").values(start=Left("prompt", EXCERPT))[:1]
        flagged = Run.objects.filter(flagged=True)
        cells = Run.objects.filter(comparison=OuterRef("comparison"))
        there = Q(run__isnull=False, run__deleted_at__isnull=True) | Exists(cells)
        return self.filter(there).annotate(
            excerpt=Coalesce(Left("run__prompt", EXCERPT), Subquery(asked)),
            has_flagged=Exists(flagged.filter(pk=OuterRef("run")))
            | Exists(flagged.filter(comparison=OuterRef("comparison"))),
        )

    def of(self, item: Run | Comparison) -> Self:
        return self.filter(run=item) if isinstance(item, Run) else self.filter(comparison=item)


class Share(models.Model):
    """One link, with what it leaves out. Ended by revoking, by its time, or with what it shows."""

    token = models.CharField(max_length=64, unique=True, default=new_token)
    run = models.ForeignKey(
        Run, null=True, blank=True, on_delete=models.CASCADE, related_name="shares"
    )
    comparison = models.ForeignKey(
        Comparison, null=True, blank=True, on_delete=models.CASCADE, related_name="shares"
    )
    form_token = models.CharField(max_length=64, unique=True, help_text="one press, one link")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    opens = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True, blank=True, help_text="the last time")

    # What a stranger does not get.
    hide_system_prompt = models.BooleanField(default=False)
    hide_costs = models.BooleanField(default=False)
    hide_reasoning = models.BooleanField(default=False)
    hide_flagged = models.BooleanField(default=True, help_text="answers flagged as sensitive")
    notes_until: Any = models.DateTimeField(
        null=True, blank=True, help_text="notes written until then are shown; none: no notes"
    )
    checked_until: Any = models.DateTimeField(
        null=True, blank=True, help_text="evidence that was asked for until then is shown"
    )
    left_out: Any = models.JSONField(
        default=list, blank=True, help_text="pictures, by content hash or address"
    )

    # A comparison as it was: later cells, picks and titles appear when the link is updated.
    cells: Any = models.JSONField(default=list, blank=True, help_text="ids of runs, in order")
    best = models.CharField(max_length=36, blank=True, help_text="id of the run that was picked")
    best_why = models.CharField(max_length=300, blank=True)
    title = models.CharField(max_length=120, blank=True)
    revision = models.PositiveIntegerField(
        default=0, help_text="of the marks of an experiment; its outcome is kept as a row beside"
    )

    objects = ShareQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(run__isnull=False, comparison__isnull=True)
                | Q(run__isnull=True, comparison__isnull=False),
                name="share_of_run_or_comparison",
            ),
        ]

    def __str__(self) -> str:
        return f"share {self.pk}"  # never the token: this goes into logs

    def get_absolute_url(self) -> str:
        return reverse("shared", args=[self.token])

    @property
    def item(self) -> Run | Comparison:
        return cast("Run | Comparison", self.run or self.comparison)  # by the constraint

    @property
    def choice_mark(self) -> str:
        """What the link leaves out and when it ends, for a form to say of what it was drawn."""
        chosen = [getattr(self, name) for name in (*CHOSEN, "expires_at")]
        return hashlib.sha256(repr(chosen).encode()).hexdigest()[:16]

    def shows_like(self, other: Share) -> bool:
        """Whether both leave out the same and are made of the same cells under the same title."""
        return all(getattr(self, name) == getattr(other, name) for name in SHOWS)


class SharePreview(models.Model):
    """The picture that a chat program shows for a link; a row, so that it dies with the link."""

    share = models.OneToOneField(
        Share, primary_key=True, on_delete=models.CASCADE, related_name="preview"
    )
    png = models.BinaryField()

    def __str__(self) -> str:
        return f"preview of share {self.share_id}"


class SharedOutcome(models.Model):
    """What the marks of an experiment said when its link was made or updated.

    A row, so that it dies with the link, and so that no list of links reads it.
    """

    share = models.OneToOneField(
        Share, primary_key=True, on_delete=models.CASCADE, related_name="outcome"
    )
    values: Any = models.JSONField(
        encoder=DjangoJSONEncoder, help_text="as experiments/frozen.py writes and reads them"
    )

    def __str__(self) -> str:
        return f"outcome of share {self.share_id}"
