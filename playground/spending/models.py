"""What the provider last quoted for a run of a model, and what was pressed, for the limits.

Presses are counted here and not by runs, since runs can be deleted.
"""

from django.db import models
from django.utils import timezone

from playground.accounts.models import Account
from playground.storage.money import MONEY


class ModelPrice(models.Model):
    """A quote, not a bill. One row for each model of a provider, replaced by the next quote."""

    provider = models.CharField(max_length=50)
    model_id = models.CharField(max_length=200)
    amount = models.DecimalField(**MONEY)
    currency = models.CharField(max_length=3, default="USD")
    quoted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "model_id"], name="one_price_a_model"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="price_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.model_id}: {self.amount} {self.currency}"


class ExactPrice(models.Model):
    """What the provider quoted for inputs of one kind: see spending/quotes.py."""

    provider = models.CharField(max_length=50)
    model_id = models.CharField(max_length=200)
    inputs = models.CharField(max_length=200)
    amount = models.DecimalField(**MONEY)
    quoted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "model_id", "inputs"], name="one_price_of_inputs"
            ),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="exact_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.model_id} ({self.inputs}): {self.amount} USD"


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
