"""Has the images of runs read for their evidence: asked by a press, done by a worker, then kept."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from playground.evidence.models import EvidenceCheck
from playground.evidence.standing import is_checkable, unread_images
from playground.images.models import ImageReading
from playground.images.reading import read_image
from playground.providers.base import ProviderError
from playground.reading.process import NAME, ReadingError
from playground.storage.writes import orderly_writes
from playground.worker.queue.dispatch import dispatch_check

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from playground.runs.models.run import Run

GONE = "The image is no longer kept, so it was not read."
BATCH_SIZE = 100


def ask(runs: Sequence[Run]) -> None:
    """Have the answered ones of these runs checked."""
    answered = [run for run in runs if is_checkable(run)]
    EvidenceCheck.objects.ask(answered)
    dispatch_check(*(run.pk for run in answered))


def stop(runs: Sequence[Run]) -> None:
    """Forget that they were to be checked; what was read is kept."""
    with orderly_writes():
        EvidenceCheck.objects.filter(run__in=[run.pk for run in runs]).delete()


def read_images(run_id: uuid.UUID) -> None:
    """Read what is unread of a run's images, unless nobody wants to know any more."""
    for image in unread_images(run_id):
        try:
            with suppress(ReadingError):  # why not is kept with the image
                read_image(image)
        except (ProviderError, OSError):
            with orderly_writes():
                ImageReading.objects.keep_refusal(image, NAME, GONE)


def sweep() -> None:
    """Tell the workers again of what waits: a message may be lost with its worker."""
    waiting = EvidenceCheck.objects.waiting().values_list("pk", flat=True)
    dispatch_check(*waiting[:BATCH_SIZE])
