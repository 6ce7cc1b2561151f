"""How many tokens of a question are its images: counted beside the same run without them.

Such a measurement is a run like others that repeats the measured one, and has no images where that
has some. What it counted is kept with the measured run, so that no page has to look for it.
"""

from collections.abc import Collection

from django.db.models import F, Value
from django.db.models.functions import Greatest

from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.storage.writes import orderly_writes

MAX_TOKENS = 16  # of an answer that nobody reads
CAME_TO_NOTHING = (RunStatus.FAILED, RunStatus.CANCELLED)


def why_not(run: Run) -> str:
    """Say why the tokens of its images cannot be measured; nothing where they can."""
    if run.status != RunStatus.COMPLETED:
        return "This run has no answer, so its tokens were not counted."
    if run.tokens_in is None:
        return "Its provider does not say how many tokens it counted."
    return "" if run.images.exists() else "This run has no images."


def limit_of(run: Run) -> int | None:
    """Return how long the answer of a measurement may be; one that reasons needs what it had."""
    reasons = run.reasoning or "reasoning_effort" in run.parameters
    return run.max_tokens if reasons else min(MAX_TOKENS, run.max_tokens or MAX_TOKENS)


def measurement_of(run: Run) -> Run | None:
    """Return the run that measures this one or did, if there is one that came to anything."""
    measuring = run.reruns.filter(images=None).exclude(status__in=CAME_TO_NOTHING)
    return measuring.order_by("-created_at").first()


def measured_by(run: Run) -> Run | None:
    """Return the run whose images this one measures; None for any other run."""
    repeated = run.rerun_of
    if not repeated or run.images.exists() or not repeated.images.exists():
        return None
    return repeated


def without_images(runs: Collection[Run]) -> set[object]:
    """Return the keys of those that have no images."""
    rows = Run.objects.filter(pk__in=[one.pk for one in runs], images=None)
    return set(rows.values_list("pk", flat=True))


def note(run: Run, counted: int | None) -> bool:
    """Keep what a measurement counted with the run that it measures, before its end is seen."""
    measured = measured_by(run) if run.rerun_of_id and counted is not None else None
    if not measured:
        return False
    same = Run.everything.filter(pk=measured.pk, model_id=run.model_id, provider=run.provider)
    rest = Greatest(F("tokens_in") - Value(counted), Value(0))
    with orderly_writes():
        return bool(same.filter(tokens_in__isnull=False).update(image_tokens=rest))
