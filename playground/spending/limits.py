"""Holds the limits on runs and spending: checked in the transaction that creates the runs.

Whoever starts runs locks one row first, counts, and writes down what was started; of two presses at
once the second counts the first. So the limits hold on SQLite and PostgreSQL, without Redis.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q, Sum
from django.utils import timezone

from playground.providers.endpoint import NO_MODEL
from playground.spending.models import Press
from playground.storage.writes import Gate, orderly_writes
from playground.web.formatting import counted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from playground.runs.models.run import Run

GATE = "limits"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
WINDOWS = {"minute": MINUTE, "day": DAY}


@dataclass(frozen=True)
class Limit:
    """At most so many runs or units within a window that moves along with the clock."""

    name: str  # as in the settings: MEMBER_RUNS_MINUTE
    most: int

    @property
    def site(self) -> bool:
        return self.name.startswith("SITE_")

    @property
    def kind(self) -> str:
        """`runs` or `units`."""
        return self.name.split("_")[1].lower()

    @property
    def word(self) -> str:
        """`minute` or `day`."""
        return self.name.split("_")[2].lower()

    @property
    def window(self) -> timedelta:
        return WINDOWS[self.word]


def limits(account_id: int | None) -> list[Limit]:
    """Return what limits this account; without one, as on a local playground, the site alone."""
    found = [Limit(name, most) for name, most in settings.LIMITS.items() if most]
    return [one for one in found if one.site or account_id is not None]


class LimitReached(Exception):  # noqa: N818 - what happened, not what broke
    """Nothing was started. seconds: until the same press fits; 0 where it never does."""

    def __init__(self, limit: Limit, used: int, asked: int, until: datetime | None) -> None:
        super().__init__(limit.name)
        self.limit, self.used, self.asked = limit, used, asked
        wait = (until - timezone.now()).total_seconds() if until else 0
        self.seconds = max(int(wait) + 1, 1) if until else 0

    def words(self) -> str:
        limit = self.limit
        whose = "Everybody here together" if limit.site else "You"
        may = f"{whose} may start {_count(limit.most, limit.kind)} a {limit.word}"
        if not self.seconds:
            asked = _count(self.asked, limit.kind)
            return f"{may}, and this press is {asked}. Nothing was sent. Choose fewer."
        left = max(limit.most - self.used, 0)
        rest = f"{left} are left" if left else "none is left"
        return f"{may}, and {rest}. Nothing was sent. Wait {_wait(self.seconds)}, then press again."


@dataclass(frozen=True)
class Left:
    """What may be started at this moment. None: no limit."""

    runs: int | None
    units: int | None

    def words(self) -> str:
        """As in `58 runs and 1,000 units`."""
        counts = [(self.runs, "runs"), (self.units, "units")]
        return " and ".join(_count(count, kind) for count, kind in counts if count is not None)


def spend(runs: Sequence[Run]) -> None:
    """Write down what a press starts. Raises LimitReached, which takes the runs back.

    Within the transaction that created the runs, all of one account.
    """
    account_id = runs[0].owner_id if runs else None
    held = limits(account_id)
    if not runs or not held:
        return
    Gate.objects.get_or_create(provider=GATE)
    Gate.objects.select_for_update().get(provider=GATE)
    units = sum(run.units for run in runs if run.provider not in NO_MODEL)
    asked = {"runs": len(runs), "units": units}
    used = _used(held, account_id)
    for limit in held:
        over = used[limit.name] + asked[limit.kind] - limit.most
        if asked[limit.kind] and over > 0:
            until = _until(limit, account_id, over) if asked[limit.kind] <= limit.most else None
            raise LimitReached(limit, used[limit.name], asked[limit.kind], until)
    Press.objects.create(account_id=account_id, **asked)


def _used(held: list[Limit], account_id: int | None) -> dict[str, int]:
    now = timezone.now()
    sums = {
        one.name: Sum(one.kind, filter=Q(at__gt=now - one.window) & _of(one, account_id))
        for one in held
    }
    found = Press.objects.filter(at__gt=now - DAY).aggregate(**sums)
    return {name: count or 0 for name, count in found.items()}


def _of(limit: Limit, account_id: int | None) -> Q:
    return Q() if limit.site else Q(account=account_id)


def _until(limit: Limit, account_id: int | None, over: int) -> datetime | None:
    """Return when enough of what was pressed is too long ago to count."""
    counted = Press.objects.filter(_of(limit, account_id), at__gt=timezone.now() - limit.window)
    at: datetime
    for at, count in counted.order_by("at").values_list("at", limit.kind):
        over -= count
        if over <= 0:
            return at + limit.window
    return None


def left(account_id: int | None) -> Left | None:
    """Return what is left right now; None where nothing limits."""
    held = limits(account_id)
    if not held:
        return None
    used = _used(held, account_id)

    def least(kind: str) -> int | None:
        rest = [max(one.most - used[one.name], 0) for one in held if one.kind == kind]
        return min(rest, default=None)

    return Left(least("runs"), least("units"))


def sweep() -> None:
    with orderly_writes():
        Press.objects.filter(at__lte=timezone.now() - DAY).delete()


def _count(number: int, kind: str) -> str:
    return counted(number, kind.removesuffix("s"), ",")


def _wait(seconds: int) -> str:
    if seconds < 100:
        return f"{seconds} s"
    minutes = -(-seconds // 60)
    return f"{minutes} min" if minutes < 100 else f"{-(-minutes // 60)} h"
