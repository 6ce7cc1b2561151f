"""Keys and servers that were set up in Settings, and the models that providers list.

Keys are encrypted; nothing of them is ever shown.
"""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from playground.accounts.models import Account
from playground.storage.money import MONEY


class StoredKeyQuerySet(models.QuerySet["StoredKey"]):
    def of(self, provider: str, owner_id: int | None) -> Self:
        """The key of one account, or the one of the whole site."""
        return self.filter(provider=provider, owner=owner_id)

    def open_to(self, provider: str, owner_id: int | None) -> Self:
        """The site's key, and the account's own."""
        return self.filter(Q(owner=None) | Q(owner=owner_id), provider=provider)


class StoredKey(models.Model):
    """One key. owner: whose runs it is for; none: everybody's who has no key of their own."""

    provider = models.CharField(max_length=50, help_text="or the slug of a server")
    owner = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    value = models.TextField(help_text="encrypted: see storage/encryption.py")
    set_at = models.DateTimeField(default=timezone.now)
    set_by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = StoredKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "provider"], name="one_key_an_account"),
            models.UniqueConstraint(
                fields=["provider"], condition=Q(owner=None), name="one_key_a_site"
            ),
        ]

    def __str__(self) -> str:
        return f"key for {self.provider}"


class SavedServer(models.Model):
    """One server. Its key is the StoredKey of its slug."""

    slug = models.CharField(max_length=30, unique=True, help_text="its name in runs, for good")
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=30, default="openai", db_default="openai")
    url = models.CharField(max_length=500, help_text="up to and with /v1")
    headers = models.TextField(blank=True, help_text="encrypted: some hold secrets")
    set_at = models.DateTimeField(default=timezone.now)
    set_by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    def __str__(self) -> str:
        return self.slug


class FoundServer(models.Model):
    """A server that answered on this machine. Nothing is sent to it before somebody says so."""

    url = models.CharField(max_length=500, unique=True, help_text="up to and with /v1")
    name = models.CharField(max_length=60)
    listed: Any = models.JSONField(help_text="pairs: id, and whether it sees, null if not known")
    seen_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.name} at {self.url}"

    @property
    def vision_count(self) -> int:
        return sum(vision is True for _, vision in self.listed)


class ServerAnswer(models.Model):
    """How a server answered when it was last asked for its models."""

    provider = models.CharField(max_length=50, unique=True, help_text="the slug of the server")
    asked_at = models.DateTimeField(default=timezone.now)
    problem = models.CharField(max_length=30, blank=True, default="", help_text="an ErrorKind")
    detail = models.CharField(max_length=500, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.provider}: {self.problem or 'answered'}"


class ListedModelQuerySet(models.QuerySet["ListedModel"]):
    def offered_by(self, provider: str) -> Self:
        return self.filter(provider=provider, gone_at__isnull=True)


class ListedModel(models.Model):
    """One model of one provider. vision is null where the provider does not say."""

    provider = models.CharField(max_length=50)
    model_id = models.CharField(max_length=200, help_text="as the provider knows it")
    vision = models.BooleanField(null=True, blank=True)
    input_price = models.DecimalField(
        **MONEY, null=True, blank=True, help_text="US dollars a token"
    )
    output_price = models.DecimalField(**MONEY, null=True, blank=True)
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


class RefusedParameter(models.Model):
    """What a server refused of a model's parameters, until it takes it."""

    provider = models.CharField(max_length=50)
    model_id = models.CharField(max_length=200, help_text="as the provider knows it")
    name = models.CharField(max_length=40, help_text="as providers/parameters/listed.py has it")
    refused_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "model_id", "name"], name="one_row_a_refused_parameter"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.model_id} at {self.provider}"
