"""What the provider last quoted for one run of a model."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class ModelPrice(models.Model):
    """A quote, not a bill. One row for each model of a provider, replaced by the next quote."""

    provider = models.CharField(max_length=50)
    model_id = models.CharField(max_length=200)
    amount = models.DecimalField(max_digits=12, decimal_places=6)
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
    """What the provider quoted for inputs of one kind: see services/quotes.py."""

    provider = models.CharField(max_length=50)
    model_id = models.CharField(max_length=200)
    inputs = models.CharField(max_length=200)
    amount = models.DecimalField(max_digits=12, decimal_places=6)
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
