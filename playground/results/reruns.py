"""What the page of a run shows of its reruns: the button, what it repeats, and what repeats it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.catalog import entries
from playground.catalog import offered as offers
from playground.catalog.badges import ModelBadges
from playground.catalog.offered import provider_of
from playground.connections.routing import choose
from playground.results.drift import drift_of
from playground.spending.prices import price_of
from playground.submission.repeat import rerun_token

if TYPE_CHECKING:
    from decimal import Decimal

    from playground.catalog.entries import Model
    from playground.runs.models.run import Run

MAX_LISTED_RERUNS = 20  # reruns, the newest


def context(run: Run) -> dict[str, Any]:
    """Return the names that `_rerun.html`, `_reruns.html` and `_drift.html` use."""
    ancestor = run.rerun_of if run.rerun_of and not run.rerun_of.deleted_at else None
    listed = list(run.reruns.for_list().order_by("-created_at")[: MAX_LISTED_RERUNS + 1])
    return {
        "ancestor": ancestor,
        "drift": drift_of(run),
        "reruns": listed[:MAX_LISTED_RERUNS],
        "more_reruns": len(listed) > MAX_LISTED_RERUNS,
        **_button(run),
    }


def _button(run: Run) -> dict[str, Any]:
    if not run.has_ended:
        return {}
    marks, may_run = ModelBadges(), offers.may_run(run.model_id)
    as_before = may_run and marks.is_offered(entries.find(run.model_id))
    return {
        "rerun_token": rerun_token(run),
        "model_gone": not as_before,
        "may_run_still": may_run,
        "rerun_models": [] if as_before else _others(run, marks),
        "rerun_price": _price(run) if as_before else None,
    }


def _others(run: Run, marks: ModelBadges) -> list[Model]:
    offered = (one for one in offers.all_models() if marks.is_offered(one))
    others = (one for one in offered if one.id != run.model_id)
    return entries.nearest(run.model_id, run.units, others)


def _price(run: Run) -> Decimal | None:
    provider = provider_of(run.model_id, choose(run.owner)).provider
    return price_of(provider, run.model_id, run.max_tokens)
