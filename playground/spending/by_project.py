"""What the runs of a project cost, by month and by who pressed. Limits stay with the person."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from playground.providers.endpoint import NO_MODEL
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.storage.money import readable

MONTHS = 12  # that are shown by themselves, this one included
UNSENT = Q(status=RunStatus.CANCELLED, prediction_id="")
# As totals.bill has it: what was charged, and the estimate of what cost or may have cost.
COSTS = ~Q(provider__in=NO_MODEL) & (
    Q(charged__isnull=False) | (~Q(status=RunStatus.FAILED) & ~UNSENT)
)
AMOUNT = Sum(Coalesce("charged", "price"))


@dataclass
class Spending:
    """US dollars. months: the newest first, those in which something was spent."""

    total: Decimal = Decimal(0)
    months: list[tuple[date, Decimal]] = field(default_factory=list)
    people: list[tuple[str, Decimal]] = field(default_factory=list)


def spending_of(project_id: int) -> Spending:
    """Add up in the database: the months by their ends, since SQLite would ask Python for each."""
    starts = _months()
    sums = {
        f"month{number}": Sum(
            Coalesce("charged", "price"), filter=Q(listed_at__gte=start, listed_at__lt=end)
        )
        for number, (start, end) in enumerate(starts)
    }
    runs = Run.objects.filter(COSTS, project=project_id).order_by()
    rows: list[Any] = list(runs.values("owner__username").annotate(total=AMOUNT, **sums))
    found = Spending(total=_sum(rows, "total"))
    for number, (start, _) in enumerate(starts):
        amount = _sum(rows, f"month{number}")
        found.months += [(timezone.localdate(start), amount)] if amount else []
    people = [(row["owner__username"], readable(row["total"])) for row in rows if row["total"]]
    found.people = sorted(people, key=lambda pair: -pair[1])
    return found


def _sum(rows: list[Any], name: str) -> Decimal:
    return readable(sum((row[name] or Decimal(0) for row in rows), Decimal(0)))


def _months() -> list[tuple[datetime, datetime]]:
    """Return the beginning and the end of each month, the newest first."""
    today = timezone.localdate()
    number = today.year * 12 + today.month - 1
    starts = [_start(number - back) for back in range(-1, MONTHS)]
    return list(zip(starts[1:], starts[:-1], strict=True))


def _start(number: int) -> datetime:
    return timezone.make_aware(datetime(number // 12, number % 12 + 1, 1))  # noqa: DTZ001
