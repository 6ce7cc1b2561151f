"""Finds the experiment that an address names, among what the visitor may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from playground.comparisons.access import find_comparison

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest

    from playground.experiments.models.experiment import Experiment


def find_experiment(request: HttpRequest, comparison_id: uuid.UUID) -> Experiment:
    """Return it by the id that it shares with its comparison; raises Http404."""
    comparison = find_comparison(request, comparison_id)
    experiment: Experiment | None = getattr(comparison, "experiment", None)
    if not experiment:
        raise Http404
    return experiment
