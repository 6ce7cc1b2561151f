"""How far the check of some runs is: not asked for, reading, done, or in vain, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils import timezone

from playground.evidence.models import EvidenceCheck
from playground.images.reading import why_not_here
from playground.runs.models.run_image import RunImage
from playground.runs.status import RunStatus

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from playground.images.models import Image, ImageReading
    from playground.reading.lines import Reading
    from playground.runs.models.run import Run

UNASKED, READING, DONE, IN_VAIN = "unasked", "reading", "done", "in vain"


@dataclass(frozen=True)
class Standing:
    """state: blank where nothing can be checked. since: when it was asked for. why_not: why no
    image could be read. checked: the runs whose images were. entries: their images, by run.
    """

    state: str = ""
    since: datetime | None = None
    why_not: str = ""
    checked: Sequence[Run] = ()
    unchecked: int = 0
    entries: Mapping[uuid.UUID, Sequence[RunImage]] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        return (timezone.now() - self.since).total_seconds() if self.since else 0.0

    def readings(self, run: Run) -> list[Reading | None]:
        """Return what was read in the run's images, in their order."""
        return [_read(entry) for entry in self.entries[run.pk]]


def standing_of(runs: Iterable[Run], until: datetime | None = None) -> Standing:
    """Say how far the check of these runs is; those without an answer or image do not count.

    until: leaves out what was asked for later.
    """
    answered = {run.pk: run for run in runs if is_checkable(run)}
    entries = _entries(answered)
    ready = [run for pk, run in answered.items() if any(one.image for one in entries.get(pk, ()))]
    checks = EvidenceCheck.objects.of([run.pk for run in ready], until)
    asked = [run for run in ready if run.pk in checks]
    if not asked:
        may_ask = ready and not why_not_here()  # Settings and the picker say why
        return Standing(UNASKED if may_ask else "", unchecked=len(ready), entries=entries)
    since = min(checks[run.pk].asked_at for run in asked)
    images = [(one, checks[run.pk]) for run in asked for one in entries[run.pk] if one.image]
    if any(_is_unread(entry, check) for entry, check in images):
        return Standing(READING, since, entries=entries)
    if not any(_read(entry) for entry, _ in images):
        why_not = _kept(images[0][0]).why_not  # type: ignore[union-attr]  # it was read in vain
        return Standing(IN_VAIN, since, why_not, entries=entries)
    return Standing(DONE, since, "", asked, len(ready) - len(asked), entries)


def unread_images(run_id: uuid.UUID) -> Iterator[Image]:
    """Give the images of a run that are to be read for it: none where nobody asked."""
    for entry in _entries([run_id]).get(run_id, ()):
        check = EvidenceCheck.objects.filter(run=run_id).first()
        if check and entry.image and _is_unread(entry, check):
            yield entry.image


def is_checkable(run: Run) -> bool:
    """Whether its answer says anything beyond what the reader itself found in the image."""
    is_answered = run.status == RunStatus.COMPLETED and bool(run.output_html)
    return is_answered and not run.flagged and not run.is_reader


def _entries(runs: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[RunImage]]:
    found: dict[uuid.UUID, list[RunImage]] = {}
    for entry in RunImage.objects.filter(run__in=list(runs)).select_related("image__reading"):
        found.setdefault(entry.run_id, []).append(entry)
    return found


def _kept(entry: RunImage) -> ImageReading | None:
    return getattr(entry.image, "reading", None)


def _read(entry: RunImage) -> Reading | None:
    kept = _kept(entry)
    return kept.reading if kept else None


def _is_unread(entry: RunImage, check: EvidenceCheck) -> bool:
    kept = _kept(entry)
    return kept is None or (kept.found is None and kept.read_at < check.asked_at)
