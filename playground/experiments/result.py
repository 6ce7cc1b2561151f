"""An experiment as JSON, for programs: values of the types of published.py."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, cast

from django.urls import reverse

from playground.comparisons.labels import labels_of
from playground.experiments.models.mark import Mark, Source
from playground.experiments.outcome import outcome_of
from playground.exports.as_json import money
from playground.exports.published import FORMAT
from playground.providers.parameters.listed import PARAMETERS
from playground.runs.status import RunStatus
from playground.submission.option_fields import FIXED

if TYPE_CHECKING:
    from playground.comparisons.labels import Label
    from playground.experiments import published
    from playground.experiments.models.experiment import Experiment
    from playground.experiments.outcome import Outcome, Standing, TagRow
    from playground.experiments.statistics.intervals import Interval
    from playground.experiments.statistics.pairs import Pair

DIGITS = 6  # behind the point


def brief(experiment: Experiment, origin: str) -> published.Brief:
    """Return which experiment it is and how far it is. origin: `https://host`."""
    project = experiment.comparison.project
    return {
        "format": FORMAT,
        "kind": "experiment",
        "id": str(experiment.pk),
        "url": origin + experiment.get_absolute_url(),
        "api_url": origin + reverse("api-experiment", args=[experiment.pk]),
        "name": experiment.comparison.title,
        "created_at": experiment.comparison.created_at.isoformat(),
        "state": cast("Any", experiment.state),
        "why": experiment.why,
        "total": experiment.total,
        "made": experiment.made,
        "project": {"id": project.pk, "name": project.name} if project else None,
    }


def as_json(experiment: Experiment, origin: str) -> published.Experiment:
    """Return all of it: the figures by the first rule, and beside them those by people and judges.

    origin: `https://host`.
    """
    outcome, version = outcome_of(experiment), experiment.version
    counts = experiment.comparison.states()
    labels = labels_of([one.variant for one in outcome.standings])
    figures = _figures(outcome)
    by = {source: _figures(outcome_of(experiment, source)) for source in _others(experiment)}
    return {
        **brief(experiment, origin),
        "ended": sum(counts[one] for one in RunStatus.ended()),
        "counts": {one.value: counts[one] for one in RunStatus},
        "test_set": {
            "id": str(version.test_set_id),
            "name": version.test_set.name,
            "version": version.number,
            "cases": experiment.comparison.rows,
        },
        "repeats": experiment.repeats,
        "marks": [dict(rule.options) for rule in experiment.rules.all()],
        "variants": list(map(_variant, outcome.standings, labels)),
        "pairs": figures["pairs"],
        "tags": figures["tags"],
        "by": cast("published.By", by),
    }


def _others(experiment: Experiment) -> list[str]:
    """Return who marks beside the rules."""
    marks = Mark.objects.filter(run__comparison=experiment.pk).exclude(source=Source.RULE)
    found = set(marks.order_by().values_list("source", flat=True).distinct())
    return [one.value for one in Source if one in found]


def _figures(outcome: Outcome) -> published.Figures:
    return {
        "variants": [_standing(one) for one in outcome.standings],
        "pairs": [_pair(one) for one in outcome.pairs],
        "tags": [_tag(one) for one in outcome.tags],
    }


def _variant(standing: Standing, label: Label) -> published.Variant:
    variant = standing.variant
    options: Any = {name: getattr(variant, name) for name in FIXED}
    options |= {name: variant.parameters.get(name) for name in PARAMETERS}
    return {
        "model": variant.model_id,
        "label": label.text,
        "prompt": variant.prompt,
        "system_prompt": variant.system_prompt,
        **options,
        **_standing(standing),
    }


def _standing(one: Standing) -> published.Standing:
    return {
        "right": one.right,
        "n": one.n,
        "share": _rounded(one.share),
        "interval": _interval(one.interval),
        "score": _rounded(one.score),
        "score_interval": _interval(one.score_interval),
        "cost": money(one.cost.amount),
        "cost_estimated": one.cost.estimated,
        "unpriced": one.cost.unpriced,
        "units": one.cost.units,
        "seconds": _rounded(one.seconds),
        "tokens_in": _rounded(one.tokens_in),
        "tokens_out": _rounded(one.tokens_out),
        "failed": one.failed,
    }


def _pair(one: Pair) -> published.Pair:
    figures = {
        **asdict(one),
        "p": float(f"{one.p:.3g}"),
        "p_holm": float(f"{one.p_holm:.3g}"),
        "difference": _interval(one.difference),
        "verdict": one.verdict.value,
        "decided": one.decided,
    }
    return cast("published.Pair", figures)


def _tag(one: TagRow) -> published.Tag:
    return {
        "tag": one.tag,
        "cases": one.cases,
        "variants": [{"right": right, "n": n} for right, n in one.right],
    }


def _interval(interval: Interval | None) -> list[float] | None:
    return None if interval is None else [round(one, DIGITS) for one in interval]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)
