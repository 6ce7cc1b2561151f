"""Counts the runs of a day by model. Counting again gives the same rows, whatever happened before.

No run adds to a row by itself, so no crash can count it twice or lose it: a day is read from its
runs, and only what differs is written. A worker counts today every minute and the month every hour,
for what changed late: runs deleted, shown after a blind comparison, or found at the provider.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone

from playground.catalog.histogram import Histogram
from playground.catalog.models import MAX_OUTCOMES, ModelDay
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.storage.money import as_kept
from playground.storage.writes import Gate, orderly_writes

KEPT_DAYS = 30  # that are kept, today included
GATE = "counting"
BATCH_SIZE = 2000  # runs in memory
COUNTED = (RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.UNKNOWN)
COLUMNS = (
    *("owner_id", "provider", "model_id", "status", "finished_at"),
    *("units", "price", "charged", "tokens_in", "tokens_out"),
)

Key = tuple[int | None, str, str]


@dataclass
class Tally:
    """One row in the making."""

    ends: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    latency: Histogram = field(default_factory=Histogram)
    latest: str = ""
    units: int = 0
    prices: list[Decimal] = field(default_factory=list)
    charges: list[Decimal] = field(default_factory=list)
    told: int = 0
    tokens_in: int = 0
    tokens_out: int = 0

    def add(self, run: dict[str, Any]) -> None:
        self.ends[run["status"]] += 1
        self.latest = (self.latest + run["status"][0])[-MAX_OUTCOMES:]
        self.units += run["units"]
        self.prices += [run["price"]] if run["price"] is not None else []
        self.charges += [run["charged"]] if run["charged"] is not None else []
        if run["status"] == RunStatus.COMPLETED:
            self.latency.add((run["finished_at"] - run["sent"]).total_seconds())
            self._add_tokens(run["tokens_in"], run["tokens_out"])

    def _add_tokens(self, tokens_in: int | None, tokens_out: int | None) -> None:
        if tokens_in is not None and tokens_out is not None:
            self.told += 1
            self.tokens_in += tokens_in
            self.tokens_out += tokens_out

    def values(self) -> dict[str, Any]:
        return {
            **{str(status): count for status, count in self.ends.items()},
            "latency": self.latency.as_json(),
            "latest": self.latest,
            "units": self.units,
            "priced": len(self.prices),
            "price": as_kept(sum(self.prices, Decimal(0))),
            "billed": len(self.charges),
            "charged": as_kept(sum(self.charges, Decimal(0))),
            "told": self.told,
            "tokens_in": self.tokens_in,
            "tokens_out": self.tokens_out,
        }


def today() -> date:
    return timezone.now().astimezone(UTC).date()


def first_day() -> date:
    """The oldest day that counts."""
    return today() - timedelta(days=KEPT_DAYS - 1)


def count_recent() -> None:
    """Count the days that runs ended in lately: today, and after midnight yesterday too.

    Where nothing was ever counted, as after an upgrade, the whole month.
    """
    if not ModelDay.objects.exists():
        count_all()
        return
    hour_ago = (timezone.now() - timedelta(hours=1)).astimezone(UTC).date()
    for day in sorted({hour_ago, today()}):
        count(day)


def count_all() -> int:
    """Count every day of the last month and forget older ones. Returns how many rows changed."""
    changed = sum(count(first_day() + timedelta(days=days)) for days in range(KEPT_DAYS))
    with orderly_writes():
        ModelDay.objects.filter(day__lt=first_day()).delete()
    return changed


def count(day: date) -> int:
    """Make the rows of a day what its runs say. Returns how many changed."""
    fresh = {key: tally.values() for key, tally in _tallies(day).items()}
    with orderly_writes(), transaction.atomic():
        Gate.close(GATE)
        stored = {_key(row): row for row in ModelDay.objects.filter(day=day)}
        stale = [row.pk for key, row in stored.items() if not _says(row, fresh.get(key))]
        new = [key for key, values in fresh.items() if not _says(stored.get(key), values)]
        ModelDay.objects.filter(pk__in=stale).delete()
        ModelDay.objects.bulk_create(_row(key, day, fresh[key]) for key in new)
    return len(new) + len(set(stored) - set(fresh))


def _tallies(day: date) -> dict[Key, Tally]:
    tallies: dict[Key, Tally] = defaultdict(Tally)
    with transaction.atomic():  # its cursor ends with it, also where a pooler lends sessions
        for run in _runs(day):
            tallies[run["owner_id"], run["provider"], run["model_id"]].add(run)
    return tallies


def _runs(day: date) -> Iterator[dict[str, Any]]:
    """What counts of the day's runs, in their order, read along the index of History."""
    start = datetime.combine(day, time(), UTC)
    runs = Run.objects.not_sealed().between(start, start + timedelta(days=1))
    # Waiting for a place at the provider is not the model's slowness.
    sent = Coalesce("submit_started_at", "submitted_at", "created_at")
    rows = runs.filter(status__in=COUNTED).order_by("listed_at", "pk").annotate(sent=sent)
    yield from rows.values(*COLUMNS, "sent").iterator(BATCH_SIZE)


def _key(row: ModelDay) -> Key:
    return row.owner_id, row.provider, row.model_id


def _says(row: ModelDay | None, values: dict[str, Any] | None) -> bool:
    if not row or values is None:
        return False
    return all(getattr(row, name) == value for name, value in values.items())


def _row(key: Key, day: date, values: dict[str, Any]) -> ModelDay:
    owner, provider, model = key
    return ModelDay(owner_id=owner, provider=provider, model_id=model, day=day, **values)
