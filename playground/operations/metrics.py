"""What an operator watches: runs, their providers' speed, the queue; and what each process counted.

What rows tell is asked of the database at each scrape. Polls and refusals are counted by the web
processes, in files that they share where there are several (server.py).
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Avg, Count, Min, Q
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest, multiprocess
from prometheus_client import Counter as PrometheusCounter
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.values import ValueClass

from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.worker.models import Worker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.core import Metric

LATELY = timedelta(hours=24)
JUST_NOW = timedelta(hours=1)

polls = PrometheusCounter("playground_polls", "Status requests answered", registry=None)
refused = PrometheusCounter(
    "playground_refused", "Presses refused by a limit", ["limit"], registry=None
)


class Rows:
    """Measures that the rows tell."""

    def collect(self) -> Iterator[Metric]:
        yield from (_runs(), _latency(), _queue(), _oldest(), _workers())


def _runs() -> Metric:
    family = GaugeMetricFamily(
        "playground_runs", "Runs of the last 24 hours", labels=["status", "provider"]
    )
    since = timezone.now() - LATELY
    waiting = Q(status__in=[s for s in RunStatus.values if s not in RunStatus.ended()])
    counts: Counter[tuple[str, str]] = Counter()
    for query in (Q(created_at__gte=since), waiting & Q(created_at__lt=since)):
        rows = Run.objects.filter(query).order_by().values_list("status", "provider")
        counts.update({row[:2]: row[2] for row in rows.annotate(count=Count("pk"))})
    for labels, count in counts.items():
        family.add_metric(list(labels), count)
    return family


def _latency() -> Metric:
    family = GaugeMetricFamily(
        "playground_provider_seconds", "Mean inference time of the last hour", labels=["provider"]
    )
    lately = Run.objects.filter(
        created_at__gte=timezone.now() - JUST_NOW, inference_ms__isnull=False
    )
    for provider, mean in (
        lately.order_by().values_list("provider").annotate(mean=Avg("inference_ms"))
    ):
        family.add_metric([provider], mean / 1000)
    return family


def _queue() -> Metric:
    family = GaugeMetricFamily("playground_queue_depth", "Runs that no worker holds yet")
    family.add_metric([], Run.objects.waiting().order_by().count())
    return family


def _oldest() -> Metric:
    family = GaugeMetricFamily("playground_queue_seconds", "Age of the oldest of them")
    oldest = Run.objects.waiting().order_by().aggregate(at=Min("created_at"))["at"]
    family.add_metric([], (timezone.now() - oldest).total_seconds() if oldest else 0)
    return family


def _workers() -> Metric:
    family = GaugeMetricFamily("playground_workers", "Worker processes heard of lately")
    family.add_metric([], Worker.objects.alive().count())
    return family


def exposition() -> bytes:
    """Return everything in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(Rows())
    if getattr(ValueClass, "_multiprocess", False):
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(polls)
        registry.register(refused)
    return generate_latest(registry)
