"""Finds out whether the provider has a run whose submission nobody answered.

Reads the provider's list of recent predictions: free, and safe to repeat. The list says when a
prediction was made and what came out, never what was asked, so a person decides which one it is.
"""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from playground.connections.routing import can_list, provider_for
from playground.providers.base import Listing, ProviderError
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.storage.databases import give_back_connection
from playground.worker import execution
from playground.worker.models import Worker

if TYPE_CHECKING:
    import uuid

    from playground.providers.base import Prediction

logger = logging.getLogger(__name__)

PAUSES = (0.0, 2.0, 4.0, 8.0, 16.0, 28.0)  # seconds before each look: about a minute in all
BEFORE = timedelta(seconds=30)  # how far the two clocks may be apart
AFTER = timedelta(minutes=3)  # the longest submission, and the clocks again
PROVIDER_HISTORY = timedelta(days=7)
EXCERPT_LENGTH = 500  # characters of an output
MAX_CANDIDATES = 20  # candidates that are kept, those nearest in time
STOPPED = "The worker was stopped before it was done. Look it up again."


@dataclass(frozen=True)
class Candidate:
    """A prediction that may be the run. created_at: ISO 8601, empty where not given."""

    id: str
    created_at: str
    status: str
    output: str

    @classmethod
    def of(cls, prediction: Prediction) -> Candidate:
        moment = prediction.created_at
        text = "\n\n".join(prediction.outputs)[:EXCERPT_LENGTH]
        return cls(prediction.id, moment.isoformat() if moment else "", prediction.status, text)

    @property
    def time(self) -> datetime | None:
        return datetime.fromisoformat(self.created_at) if self.created_at else None


@dataclass(frozen=True)
class Lookup:
    """How a lookup stands, for the run's page. candidates None: none was read to the end."""

    is_going_on: bool
    has_been: bool
    candidates: list[Candidate] | None
    problem: str
    no_worker: bool


def may_look_up(run: Run) -> bool:
    """Whether asking makes sense: the outcome is unknown, and the provider lists that far back.

    With accounts only for an administrator's runs, or for runs with a key of one's own: the list of
    the site's key has everybody's answers in it, and that of one's own key is not for a project.
    """
    if run.project_id:
        return False
    if run.owner and not run.own_key and not run.owner.is_administrator:
        return False
    if run.status != RunStatus.UNKNOWN or run.prediction_id or not run.submit_started_at:
        return False
    return timezone.now() - run.submit_started_at < PROVIDER_HISTORY and can_list(run.provider)


def lookup_of(run: Run) -> Lookup | None:
    """Return how the lookup of this run stands; None where there is nothing to look up."""
    if not may_look_up(run):
        return None
    going_on = run.is_being_looked_up
    return Lookup(
        is_going_on=going_on,
        has_been=bool(run.lookup_started_at) and not going_on,
        candidates=None if going_on else candidates_of(run),
        problem=run.last_error,
        no_worker=going_on and not Worker.objects.alive().exists(),
    )


def candidates_of(run: Run) -> list[Candidate] | None:
    """Return the stored candidates without those that have come to belong to another run."""
    if run.candidates is None:
        return None
    found = [Candidate(**one) for one in run.candidates]
    taken = _taken(run, [one.id for one in found])
    return [one for one in found if one.id not in taken]


def look_up(run_id: uuid.UUID) -> None:
    """Read the provider's list until something is found or about a minute has passed."""
    run = Run.objects.filter(pk=run_id).first()
    if not run or not run.is_being_looked_up or not may_look_up(run):
        return
    found: list[Candidate] | None = None
    problem = ""
    for pause in PAUSES:
        give_back_connection()
        if execution.stopping.wait(pause):
            found, problem = None, STOPPED
            break
        try:
            found, problem = _candidates(run), ""
        except ProviderError as error:
            found, problem = None, f"{error.kind}: {error.detail}"
        if found:
            break
    run.end_lookup(None if found is None else [asdict(one) for one in found], problem)
    logger.info("run %s: looked up, %s", run.pk, problem or f"{len(found or [])} candidates")


def _candidates(run: Run) -> list[Candidate]:
    """Predictions made about when this run was sent that no run here is known to be."""
    provider, sent = provider_for(run), run.submit_started_at
    if not isinstance(provider, Listing) or not sent:
        return []
    listed = provider.recent(sent - BEFORE, sent + AFTER)
    taken = _taken(run, [one.id for one in listed])
    free = [one for one in listed if one.id not in taken]
    free.sort(key=lambda one: abs((one.created_at or sent + AFTER) - sent))
    return [Candidate.of(one) for one in free[:MAX_CANDIDATES]]


def _taken(run: Run, ids: list[str]) -> set[str]:
    others = Run.objects.filter(provider=run.provider, prediction_id__in=ids)
    return set(others.values_list("prediction_id", flat=True))


def link(run: Run, prediction_id: str) -> bool:
    """Say which prediction this run is. Only one that was found for it; of two tabs, one wins."""
    offered = {one.id for one in candidates_of(run) or []}
    return prediction_id in offered and run.link(prediction_id)
