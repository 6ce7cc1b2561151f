"""What outlives runs that were deleted, and what will be because it is older than runs are kept."""

from django.db import models
from django.utils import timezone

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


class SpentToken(models.Model):
    """The token of runs that were deleted for good: nobody may pay for it a second time."""

    form_token = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"spent at {self.at}"
