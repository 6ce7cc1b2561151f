"""The pictures of a run, each at its place."""

from django.db import models
from django.db.models import Q

from playground.images.models import Image
from playground.runs.models.run import Run


class RunImage(models.Model):
    """One picture of a run, at its place: stored here, or an address.

    An address is fetched once by the worker and kept as `image`, unless it is sent `as_address`.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="images")
    position = models.PositiveSmallIntegerField()
    image = models.ForeignKey(
        Image, null=True, blank=True, on_delete=models.PROTECT, related_name="run_images"
    )
    url = models.TextField(blank=True, help_text="where it came from, or what is passed on")
    as_address = models.BooleanField(default=False, help_text="the provider fetches it; no copy")
    name = models.CharField(max_length=200, blank=True, help_text="as the person's file was called")
    sent_sha256 = models.CharField(max_length=64, blank=True, help_text="of the bytes handed over")
    sent_note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="one_image_a_place"),
            models.CheckConstraint(
                condition=Q(image__isnull=False) | ~Q(url=""), name="image_or_address"
            ),
            models.CheckConstraint(
                condition=Q(as_address=False) | Q(image__isnull=True), name="address_has_no_copy"
            ),
        ]

    def __str__(self) -> str:
        return self.url or str(self.image_id)
