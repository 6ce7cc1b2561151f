"""The evidence for some runs as it stands in the rows: asked for or not, being read, traced."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from playground.evidence.standing import DONE, Standing, standing_of
from playground.evidence.traced import Picture, Traced, letters, traced

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playground.runs.models.run import Run
    from playground.runs.models.run_image import RunImage


@dataclass(frozen=True)
class Evidence(Traced):
    """address: what is posted to; none where nobody may ask. always: whether this browser has it
    done by itself.
    """

    standing: Standing = field(default_factory=Standing)
    address: str = ""
    always: bool = False


def own_picture(entry: RunImage, number: int) -> Picture | None:
    image = entry.image
    if not image:
        return None
    link = image.get_absolute_url()
    return Picture(number, image.preview_url, image.width, image.height, entry.name, link)


def evidence_of(runs: Mapping[Run, str], *, address: str = "", always: bool = False) -> Evidence:
    """Return the evidence for answers to the same images. runs: each with its answer's HTML."""
    standing = standing_of(runs)
    evidence = Evidence(standing=standing, address=address, always=always)
    if standing.state != DONE:
        return evidence
    first, codes = standing.checked[0], letters([run.pk for run in runs])
    entries = enumerate(standing.entries[first.pk], start=1)
    pictures = [own_picture(entry, number) for number, entry in entries]
    answers = {run.pk: runs[run] for run in standing.checked}
    found = traced(answers, standing.readings(first), pictures, codes)
    return replace(evidence, trace=found.trace, pictures=found.pictures, codes=found.codes)
