"""How long a model usually takes here, from this server's own runs."""

from dataclasses import dataclass
from functools import partial
from statistics import quantiles

from django.core.cache import cache

from playground.runs.models.run import Run
from playground.runs.status import RunStatus

MIN_RUNS = 5  # runs before anything is said
MAX_RUNS = 100  # runs that are looked at
CACHE_SECONDS = 60


@dataclass(frozen=True)
class Usual:
    """Seconds that runs take: the middle, and where 1 and 9 in 10 end."""

    low: float
    median: float
    high: float

    @property
    def scale(self) -> float:
        """The whole width of the bar, in seconds: a quarter more than 9 in 10 runs need."""
        return max(self.high * 1.25, 0.1)


def usual(model_id: str, since: str = "created_at") -> Usual | None:
    """Return what is usual, or None where too few runs have ended.

    since: the time of a run from which it counts. From "submit_started_at" it is the provider's
    own, also where the call itself was the answer.
    """
    key, measure = f"usual:{since}:{model_id}", partial(_measure, model_id, since)
    return cache.get_or_set(key, lambda: measure() or False, CACHE_SECONDS) or None


def _measure(model_id: str, since: str) -> Usual | None:
    ended = Run.objects.filter(model_id=model_id, status=RunStatus.COMPLETED)
    rows = ended.order_by("-listed_at").values_list(since, "finished_at")[:MAX_RUNS]
    seconds = [(end - start).total_seconds() for start, end in rows if start and end]
    if len(seconds) < MIN_RUNS:
        return None
    tenths = quantiles(seconds, n=10, method="inclusive")
    return Usual(low=tenths[0], median=tenths[4], high=tenths[8])
