"""What a waiting page asks again and again: what it has seen already, and whether there is news."""

from __future__ import annotations

import zlib
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone

from playground.results.polling.pause import PAUSE
from playground.runs.changes import Wait, hub
from playground.runs.changes.waits import QUIET_SECONDS
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.web.fragments import Poll
from playground.worker.models import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.http import HttpRequest

    from playground.results.polling.pause import Pause
    from playground.runs.models.run import RunQuerySet

WORKER_TIMEOUT_SECONDS = 3.0  # a queued run this old is told about a missing worker
# How long a page waits before it asks again where its polls are not held, by the age of its run.
STEPS = ((10, "500ms"), (60, "1s"), (120, "2s"))
LAST_STEP = "4s"
FIRST_HOLD, QUEUED_HOLD, HOLD = 2.5, 5.0, 25.0  # seconds that a poll may wait


@dataclass(frozen=True)
class QueuePosition:
    """How a queued run waits: behind how many others, and for a worker that is not there."""

    ahead: int = 0
    no_worker: bool = False


class Sight:
    """Runs as a page shows them at this moment. Two sights with the same codes look the same."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self.runs = runs
        self.queue_positions = _queue_positions(runs)

    @cached_property
    def codes(self) -> dict[UUID, str]:
        return {run.pk: _code(run, self.queue_positions.get(run.pk)) for run in self.runs}

    @cached_property
    def retries(self) -> Counter[UUID | None]:
        """How often each of them that ended was retried, what was deleted counted in."""
        ended = [run.pk for run in self.runs if run.has_ended]
        made = Run.everything.filter(retry_of__in=ended)
        return Counter(made.values_list("retry_of", flat=True))

    @property
    def seen(self) -> str:
        return ".".join(self.codes.values())

    @cached_property
    def age(self) -> float | None:
        """Seconds since what is waited for began; None where nothing is."""
        return min((_waited(run) for run in self.runs if run.may_change), default=None)

    @property
    def every(self) -> str:
        """How long the browser waits before it asks again; empty: it does not."""
        if self.age is None:
            return ""
        return next((step for until, step in STEPS if self.age < until), LAST_STEP)

    def poll(self, path: str, **query: str) -> Poll | None:
        if not self.every:
            return None
        return Poll(
            f"{path}?{urlencode(query | {'seen': self.seen, 'every': self.every})}", self.every
        )

    def has_just_stepped(self, seen: str) -> bool:
        """Whether a page that has seen this lacks no more than steps of this very moment.

        After a press there are several within a tenth of a second: each would be drawn for nothing.
        """
        quiet = timezone.now() - timedelta(seconds=QUIET_SECONDS)
        changed = self.changed_since(seen)
        same = bool(seen) and len(seen.split(".")) == len(self.runs)
        return same and all(run.may_change and run.changed_at > quiet for run in changed)

    def changed_since(self, seen: str) -> list[Run]:
        """Return the runs that a page which has seen this shows differently, or not yet."""
        known = set(seen.split("."))
        return [run for run in self.runs if self.codes[run.pk] not in known]


def glance(rows: RunQuerySet) -> list[Run]:
    """Read no more of runs than news of them needs, and a card while they wait."""
    return list(rows.for_glance())


def whole(runs: Sequence[Run], rows: RunQuerySet) -> list[Run]:
    """Return the runs with their answers, where they have ended."""
    ended = [run.pk for run in runs if run.has_ended]
    found = {run.pk: run for run in rows.filter(pk__in=ended).for_card()} if ended else {}
    return [found.get(run.pk, run) for run in runs]


@dataclass(frozen=True)
class NoNews:
    """The page shows it already. wait: for what the server may wait, if it can."""

    wait: Wait | None = None

    def response(self) -> HttpResponse:
        """Return 204; a server that can wait asks again once there is news."""
        response = HttpResponse(status=204)
        response.wait = self.wait  # type: ignore[attr-defined] # read by the server
        return response


def news(request: HttpRequest, read: Callable[[], Sequence[Run]], *keys: UUID) -> Sight | NoNews:
    """Return what is to be shown, or NoNews where the page shows it already.

    read: glances at the runs. What it raises goes through. keys: of what else may bring news.
    """
    since = hub.count
    sight = Sight(read())
    seen, pause = request.GET.get("seen", ""), request.META.get(PAUSE)
    stepped, is_first = sight.seen != seen, bool(pause and not pause.before)
    if sight.age is None or (stepped and not (is_first and sight.has_just_stepped(seen))):
        return sight
    if pause and pause.may_wait(_browser(request), request.META.get("HTTP_PREFER")):
        return NoNews(_wait(sight, since, keys, pause, _browser(request), stepped=stepped))
    has_waited = bool(pause and pause.before)
    # More or less often than it should by now.
    asks_wrongly = sight.every != request.GET.get("every")
    return sight if stepped or (not has_waited and asks_wrongly) else NoNews()


def _wait(
    sight: Sight, since: int, keys: Sequence[UUID], pause: Pause, browser: str, *, stepped: bool
) -> Wait:
    known: dict[UUID, datetime | None] = dict.fromkeys(keys)
    known |= {run.pk: run.changed_at for run in sight.runs if run.may_change}
    queued = bool(sight.queue_positions)
    seconds = QUEUED_HOLD if queued else HOLD
    if queued and sight.age is not None and sight.age < FIRST_HOLD:
        seconds = FIRST_HOLD  # then it is said whether a worker is there
    return Wait(known, since, pause.until(seconds), browser, stepped=stepped)


def _browser(request: HttpRequest) -> str:
    """What tells one browser from another: nobody has to sign in."""
    return request.COOKIES.get(settings.CSRF_COOKIE_NAME) or request.META.get("REMOTE_ADDR", "")


def _queue_positions(runs: Sequence[Run]) -> dict[UUID, QueuePosition]:
    """Return how the queued ones of the runs wait, with one query at most."""
    ages = {run.pk: run.elapsed for run in runs if run.status == RunStatus.QUEUED}
    if not ages:
        return {}
    return {
        pk: QueuePosition(ahead, no_worker=ages[pk] > WORKER_TIMEOUT_SECONDS and not heard_of)
        for pk, ahead, heard_of in Run.objects.filter(pk__in=ages).queue_positions(
            Worker.objects.alive()
        )
    }


def _code(run: Run, position: QueuePosition | None) -> str:
    """Eight letters that change whenever the run would be drawn differently."""
    drawn = (run.pk.hex, run.changed_at.isoformat(), run.is_being_looked_up, position)
    return f"{zlib.crc32(repr(drawn).encode()):08x}"


def _waited(run: Run) -> float:
    started = run.lookup_started_at if run.is_being_looked_up else None
    return (timezone.now() - (started or run.created_at)).total_seconds()
