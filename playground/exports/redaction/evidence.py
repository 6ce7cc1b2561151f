"""What was read in the images of a run, as far as it may be shown beside the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.evidence.standing import DONE, standing_of
from playground.evidence.traced import traced

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from playground.evidence.traced import Picture, Traced
    from playground.exports.redaction.images import ShownImage
    from playground.exports.redaction.runs import ShownRun
    from playground.exports.redaction.scope import Shown
    from playground.reading.lines import Reading
    from playground.runs.models.run import Run
    from playground.runs.models.run_image import RunImage

    Readings = tuple[Reading | None, ...]


def shown_readings(run: Run, entries: Sequence[RunImage], shown: Shown) -> Readings | None:
    """Return what was read in each image, where the run was checked; a stranger is shown what was
    asked for by the time of the link, and nothing where an image of the run is left out.
    """
    if not hasattr(run, "evidence_check") or not all(map(shown.shows, entries)):
        return None
    if not shown.own and not shown.checked_until:
        return None
    standing = standing_of([run], shown.checked_until)
    return tuple(standing.readings(run)) if standing.state == DONE else None


def traced_runs(
    runs: Sequence[ShownRun],
    picture: Callable[[ShownImage], Picture],
    codes: Mapping[int, str],
    first: int = 1,
) -> Traced | None:
    """Return the answers to the same images beside what was read there; None where none was
    checked.

    codes: of the answers, by the numbers of their runs. first: the number of the first value.
    """
    checked = [run for run in runs if run.readings]
    if not checked:
        return None
    answers = {run.number: run.output_html for run in checked}
    pictures = [picture(one) for one in checked[0].images if one.stored]
    return traced(answers, checked[0].readings or (), pictures, codes, first)
