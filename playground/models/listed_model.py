"""Models that providers list, as they were last heard of."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils import timezone


class ListedModelQuerySet(models.QuerySet["ListedModel"]):
    def offered_by(self, provider: str) -> Self:
        return self.filter(provider=provider, gone_at__isnull=True)


class ListedModel(models.Model):
    """One model of one provider. vision is null where the provider does not say."""

    provider = models.CharField(max_length=50)
    model_id = models.CharField(max_length=200, help_text="as the provider knows it")
    vision = models.BooleanField(null=True, blank=True)
    input_price = models.DecimalField(
        max_digits=18, decimal_places=12, null=True, blank=True, help_text="US dollars a token"
    )
    output_price = models.DecimalField(max_digits=18, decimal_places=12, null=True, blank=True)
    max_images = models.PositiveSmallIntegerField(null=True, blank=True, help_text="of one request")
    temperature = models.BooleanField(null=True, blank=True, help_text="whether it takes one")
    reasoning = models.BooleanField(null=True, blank=True, help_text="whether it takes it")
    first_seen = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    gone_at = models.DateTimeField(null=True, blank=True)

    objects = ListedModelQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "model_id"], name="one_row_a_listed_model")
        ]

    def __str__(self) -> str:
        return f"{self.model_id} of {self.provider}"
