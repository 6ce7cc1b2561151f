"""Runs with an image whose reading is kept, as a worker that had read it would leave them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from playground.evidence.models import EvidenceCheck
from playground.images.models import Image, ImageReading
from playground.rendering import render
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from tests.evidence.readings import RECEIPT, reading_of

if TYPE_CHECKING:
    from playground.reading.lines import Reading


def answered(run: Run, answer: str) -> Run:
    """End the run with this answer."""
    values = {"output": answer, "output_html": render(answer).html, "finished_at": timezone.now()}
    Run.objects.filter(pk=run.pk).update(status=RunStatus.COMPLETED, **values)
    run.refresh_from_db()
    return run


def keep(found: Reading | str | None = None) -> None:
    """Keep this as what was read in every image; words say why none could be."""
    for image in Image.objects.all():
        if isinstance(found, str):
            ImageReading.objects.keep_refusal(image, "of the tests", found)
        else:
            ImageReading.objects.keep(image, "of the tests", found or reading_of(RECEIPT))


def checked(*runs: Run, found: Reading | str | None = None) -> None:
    EvidenceCheck.objects.ask(runs)
    keep(found)
