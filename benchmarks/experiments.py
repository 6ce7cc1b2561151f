"""What an experiment of ten thousand cells costs the server: python -m benchmarks.experiments.

A thousand cases and ten variants, all answered and marked, in process on SQLite as in
benchmarks.pages. The press is of a thousand runs. At last Chromium scrolls a hundred rows.
"""

from __future__ import annotations

import random
import sys
from typing import TYPE_CHECKING

from benchmarks.pages import BROWSER, Case, installed
from benchmarks.scrolling import scrolled
from benchmarks.tables import show

if TYPE_CHECKING:
    from playground.experiments.models.experiment import Experiment

CASES, VARIANTS = 1000, 10
PAGE_MS, PRESS_MS = 100, 200


def main() -> int:
    with installed(runs=10):
        from django.core.cache import cache
        from django.test import Client

        client, experiment = Client(SERVER_NAME="localhost"), _marked()
        address = experiment.get_absolute_url()

        def page(query: str = "") -> object:
            return client.get(address + query, **BROWSER)

        rows = [
            Case("the grid, 20 of 1,000 rows", page, limit=PAGE_MS),
            Case("sorted by disagreement", lambda: page("?order=disagreement"), limit=PAGE_MS),
            Case("100 rows", lambda: page("?size=100")),
            Case("a case of 10 answers", lambda: client.get(f"{address}cases/500/", **BROWSER)),
            Case("the first look after a mark", page, before=cache.clear),
            Case("a press of 1,000 runs", lambda: _pressed(client), limit=PRESS_MS),
        ]
        return show([*(row.measured() for row in rows), *scrolled(client, f"{address}?size=100")])


def _marked() -> Experiment:
    """Return an experiment whose cells are all answered, each variant right on its own share."""
    from django.utils import timezone

    from playground.experiments.models.experiment import Experiment, Rule, State, Variant
    from playground.experiments.models.mark import Mark, Source
    from playground.runs.grid import COLUMNS
    from playground.runs.models.comparison import Comparison
    from playground.runs.models.run import Run

    version, drawn, now = _version(), random.Random(1), timezone.now()
    comparison = Comparison.objects.create(title="Totals", rows=CASES)
    experiment = Experiment.objects.create(
        comparison=comparison,
        version=version,
        total=CASES * VARIANTS,
        made=CASES * VARIANTS,
        state=State.ENDED,
        form_token="marked",
        form_digest="",
    )
    Variant.objects.bulk_create(
        Variant(experiment=experiment, position=n, model_id=f"vendor/model-{n}", prompt="Total?")
        for n in range(VARIANTS)
    )
    rule = Rule.objects.create(experiment=experiment, position=0, options={"rule": "equals"})
    answered = {"status": "completed", "submitted_at": now, "finished_at": now}
    runs = [
        Run(
            comparison=comparison,
            position=case * COLUMNS + variant,
            form_token="marked",
            provider="wavespeed",
            model_id=f"vendor/model-{variant}",
            prompt="Total?",
            units=1,
            output="429.57 " * 60,
            **answered,
        )
        for case in range(CASES)
        for variant in range(VARIANTS)
    ]
    Run.objects.bulk_create(runs, batch_size=500)
    marks = [
        Mark(
            run=run,
            source=Source.RULE,
            rule=rule,
            right=drawn.random() < 0.5 + run.column / 25,
            read="429.57",
        )
        for run in runs
    ]
    Mark.objects.bulk_create(marks, batch_size=500)
    return experiment


def _version() -> object:
    from playground.experiments.models.test_set import Case as TestCase
    from playground.experiments.models.test_set import TestSet

    version = TestSet.objects.create(name="Totals").versions.create()
    TestCase.objects.bulk_create(
        TestCase(
            version=version,
            position=n,
            expected=str(n),
            variables={"shop": f"Shop {n}"},
            tags=["odd"] * (n % 2),
        )
        for n in range(CASES)
    )
    return version


def _pressed(client: object) -> object:
    """Start an experiment of a thousand runs as the form does."""
    from django.http import HttpResponse

    from playground.experiments import progress
    from playground.experiments.models.test_set import Version
    from playground.experiments.plan import Column, Plan

    version = Version.objects.first()
    assert version
    progress.start(Plan("Totals", version, (Column("openai/gpt-4o", "Total of {{shop}}?"),)))
    return HttpResponse()


if __name__ == "__main__":
    sys.exit(main())
