"""Notes: what people write below a run or a comparison, for themselves and for who sees it too."""

import uuid
from collections.abc import Sequence
from typing import Any, Self

from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from playground.accounts.models import Account
from playground.rendering import RENDERER_VERSION, render
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run

MAX_NOTE_LENGTH = 10_000  # characters


class NoteQuerySet(models.QuerySet["Note"]):
    def of(self, item: Run | Comparison) -> Self:
        """Those of one run or comparison, in the order they were written."""
        below: Any = {"run": item} if isinstance(item, Run) else {"comparison": item}
        return self.filter(**below).order_by("written_at", "pk")

    def counts(self, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
        """Return how many are below each of these runs and comparisons, where there are any."""
        below = self.filter(Q(run__in=ids) | Q(comparison__in=ids)).order_by()
        named = below.annotate(item=Coalesce("run", "comparison")).values_list("item")
        return dict(named.annotate(Count("pk")))


class Note(models.Model):
    """One note below a run or a comparison. writer: none on a local playground."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(
        Run, null=True, blank=True, on_delete=models.CASCADE, related_name="notes"
    )
    comparison = models.ForeignKey(
        Comparison, null=True, blank=True, on_delete=models.CASCADE, related_name="notes"
    )
    writer = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.CASCADE, related_name="notes"
    )
    text = models.TextField()
    html = models.TextField(help_text="the text as it was drawn")
    renderer_version = models.PositiveSmallIntegerField()
    written_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)

    objects = NoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(run__isnull=False, comparison__isnull=True)
                | Q(run__isnull=True, comparison__isnull=False),
                name="note_of_run_or_comparison",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="note_has_a_text"),
        ]

    def __str__(self) -> str:
        return f"note {self.pk}"

    @property
    def drawn(self) -> str:
        """Safe HTML; of a note that an older release drew, made anew."""
        return self.html if self.renderer_version == RENDERER_VERSION else render(self.text).html
