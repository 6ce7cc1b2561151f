"""What will be deleted because it is older than runs are kept, told a week before."""

from __future__ import annotations

from django.db import models

from playground.runs.models.run import Run


class DeletionNotice(models.Model):
    """One run that goes then, unless it is starred or shared before."""

    # Without a constraint: the release before deletes runs and knows no notices.
    run = models.OneToOneField(
        Run,
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="deletion_notice",
        db_constraint=False,
    )
    goes_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"run {self.run_id} goes at {self.goes_at}"
