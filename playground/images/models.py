"""Pictures: one row and one file for each distinct content, however many runs show it."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from playground.accounts.models import Account
from playground.accounts.visibility import in_sight
from playground.reading.lines import Reading

if TYPE_CHECKING:
    from datetime import datetime

    from playground.accounts.visitor import Visitor

# The provider keeps an upload for seven days; one that is about to go is not used any more.
UPLOAD_MARGIN = timedelta(hours=1)


class ImageQuerySet(models.QuerySet["Image"]):
    def unused_since(self, moment: datetime) -> ImageQuerySet:
        """Pictures that no run shows and that came in before the moment."""
        return self.unused().filter(created_at__lt=moment)

    def unused(self) -> ImageQuerySet:
        """Pictures that no run and no case shows and that lie in nobody's composer."""
        return self.filter(run_images__isnull=True, case_images__isnull=True, holders__isnull=True)

    def visible_to(self, visitor: Visitor) -> ImageQuerySet:
        """Everything on a local playground; with accounts what runs and cases in sight show or
        one chose.

        A picture is kept once for everybody, so that others have it too must not be told.
        """
        if visitor.local:
            return self
        if not visitor.account:
            return self.none()
        shown = apps.get_model("playground", "RunImage")._default_manager
        there = shown.filter(image=OuterRef("pk"), run__deleted_at__isnull=True)
        mine = there.filter(in_sight(visitor, "run__"))
        cases = apps.get_model("playground", "CaseImage")._default_manager
        tested = cases.filter(in_sight(visitor, "case__version__test_set__"), image=OuterRef("pk"))
        chosen = ImageHolder.objects.filter(image=OuterRef("pk"), account=visitor.account)
        return self.filter(Exists(chosen) | Exists(mine) | Exists(tested))


class Image(models.Model):
    """A picture as it came in: original bytes, never changed."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    file = models.FileField(max_length=200)
    content_type = models.CharField(max_length=50)
    format = models.CharField(max_length=10)
    width = models.PositiveIntegerField(help_text="pixels, as seen: after its orientation")
    height = models.PositiveIntegerField(help_text="pixels, as seen: after its orientation")
    size = models.PositiveIntegerField(help_text="bytes")
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = ImageQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.format} {self.width}×{self.height} {self.sha256[:12]}"

    def get_absolute_url(self) -> str:
        return reverse("image", args=[self.sha256])

    @property
    def thumbnail_url(self) -> str:
        return reverse("thumbnail", args=[self.sha256, 224])

    @property
    def preview_url(self) -> str:
        return reverse("thumbnail", args=[self.sha256, 800])

    def thumbnail_name(self, edge: int) -> str:
        """Where the storage keeps the thumbnail of this edge, in pixels."""
        return f"images/{self.sha256[:2]}/{self.sha256}-{edge}.webp"


class ImageHolder(models.Model):
    """Who chose a picture for a form. What a run shows stays visible through the run."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="holders")
    chosen_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "image"], name="one_holder_an_account")
        ]

    def __str__(self) -> str:
        return f"{self.image_id} of {self.account_id}"


class ImageVariant(models.Model):
    """The bytes of a picture as they are sent: metadata removed, converted where it must be."""

    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="variants")
    max_edge = models.PositiveIntegerField(default=0, help_text="pixels; 0: as it came")
    plain = models.BooleanField(
        default=False, db_default=False, help_text="PNG or JPEG, for servers that read no more"
    )
    quality = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="of a JPEG; 0: as it is"
    )
    recipe = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="how it was made; an older one is still shown"
    )
    sha256 = models.CharField(max_length=64)
    file = models.FileField(max_length=200)
    content_type = models.CharField(max_length=50)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField(help_text="bytes")
    note = models.CharField(max_length=300, blank=True, help_text="what was changed, for people")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "max_edge", "plain", "quality", "recipe"],
                name="one_variant_a_recipe",
            )
        ]

    def __str__(self) -> str:
        return f"{self.image_id} at most {self.max_edge} px"


class ReadingQuerySet(models.QuerySet["ImageReading"]):
    def keep(self, image: Image, reader: str, reading: Reading) -> None:
        """Keep what was read; a later reading takes its place."""
        values = {"reader": reader, "read_at": timezone.now(), "why_not": ""}
        values["found"] = reading.to_json()
        self.update_or_create(image=image, defaults=values)

    def keep_refusal(self, image: Image, reader: str, why_not: str) -> None:
        """Keep why an image could not be read, unless it was read at another time."""
        values = {"reader": reader, "read_at": timezone.now(), "why_not": why_not}
        row, made = self.get_or_create(image=image, defaults=values)
        if not made and not row.found:
            self.filter(pk=row.pk).update(**values)


class ImageReading(models.Model):
    """What the reader of this machine found written in an image, or why it found nothing out.

    It goes with the image: the words of a deleted one are not kept.
    """

    image = models.OneToOneField(
        Image, primary_key=True, on_delete=models.CASCADE, related_name="reading"
    )
    found = models.JSONField(null=True, help_text="see reading/lines.py; as the image is shown")
    why_not = models.CharField(max_length=300, blank=True, help_text="why it could not be read")
    reader = models.CharField(max_length=100, help_text="name and version")
    read_at = models.DateTimeField()

    objects = ReadingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(found__isnull=True) ^ models.Q(why_not=""),
                name="read_or_why_not",
            )
        ]

    def __str__(self) -> str:
        return f"{self.image_id} by {self.reader}"

    @property
    def reading(self) -> Reading | None:
        """What was read; None where the image could not be."""
        return Reading.from_json(self.found) if self.found else None


class UploadQuerySet(models.QuerySet["ProviderUpload"]):
    def usable(self) -> UploadQuerySet:
        return self.filter(expires_at__gt=timezone.now() + UPLOAD_MARGIN).exclude(url="")


class ProviderUpload(models.Model):
    """Where a provider keeps its copy of some bytes, so that they are handed over once."""

    provider = models.CharField(max_length=50)
    account = models.CharField(
        max_length=32,
        default="",
        db_default="",
        help_text="there; others may not use it",
    )
    sha256 = models.CharField(max_length=64)
    url = models.TextField(blank=True)
    expires_at = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True, help_text="somebody is uploading until then")

    objects = UploadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "account", "sha256"], name="one_upload_an_account"
            )
        ]

    def __str__(self) -> str:
        return f"{self.sha256[:12]} at {self.provider}"


class PdfQuerySet(models.QuerySet["PdfFile"]):
    def visible_to(self, visitor: Visitor) -> PdfQuerySet:
        """Everything on a local playground; with accounts what one added oneself."""
        if visitor.local:
            return self
        return self.filter(account=visitor.account) if visitor.account else self.none()


class PdfFile(models.Model):
    """A PDF whose pages are being chosen. Those that are become images; the file goes in a day."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200, blank=True, help_text="as the person's file was called")
    sha256 = models.CharField(max_length=64)
    file = models.FileField(max_length=200)
    size = models.PositiveIntegerField(help_text="bytes")
    pages = models.PositiveIntegerField()
    width = models.FloatField(help_text="of the first page, in points")
    height = models.FloatField(help_text="of the first page, in points")
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = PdfQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name}, {self.pages} pages"


class AddressFetch(models.Model):
    """One address of one form, fetched once for all the runs that the form started."""

    form_token = models.CharField(max_length=64)
    url = models.TextField()
    image = models.ForeignKey(Image, null=True, blank=True, on_delete=models.SET_NULL)
    refused = models.BooleanField(default=False)
    reason = models.CharField(
        max_length=300,
        blank=True,
        default="",
        db_default="",
        help_text="what came instead, or which page of a PDF it is",
    )
    claimed_until = models.DateTimeField(null=True, help_text="somebody is fetching until then")
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form_token", "url"], name="one_fetch_a_form")
        ]

    def __str__(self) -> str:
        return self.url
