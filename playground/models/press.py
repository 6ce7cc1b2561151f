"""What was pressed, for the limits: counted here and not by runs, since runs can be deleted."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from playground.models.account import Account


class Press(models.Model):
    """One press that started runs. Kept for as long as the longest limit looks back."""

    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    runs = models.PositiveIntegerField()
    units = models.PositiveIntegerField(help_text="that the provider bills; none for the demo")
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name_plural = "presses"

    def __str__(self) -> str:
        return f"{self.runs} runs at {self.at}"
