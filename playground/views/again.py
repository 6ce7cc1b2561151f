"""What the page of a run shows of its reruns: the button, what it repeats, and what repeats it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground import catalog
from playground.drift import drift_of
from playground.services import offers
from playground.services.offers import provider_of
from playground.services.prices import price_of
from playground.services.provider_choice import choose
from playground.services.reruns import rerun_token

if TYPE_CHECKING:
    from playground.models import Run

MOST_LISTED = 20  # reruns, the newest


def context(run: Run) -> dict[str, Any]:
    """Return the names that `_rerun.html`, `_reruns.html` and `_drift.html` use."""
    ancestor = run.rerun_of if run.rerun_of and not run.rerun_of.deleted_at else None
    listed = list(run.reruns.for_list().order_by("-created_at")[: MOST_LISTED + 1])
    return {
        "ancestor": ancestor,
        "drift": drift_of(run),
        "reruns": listed[:MOST_LISTED],
        "more_reruns": len(listed) > MOST_LISTED,
        **_button(run),
    }


def _button(run: Run) -> dict[str, Any]:
    if not run.has_ended:
        return {}
    provider = provider_of(run.model_id, choose(run.owner)).provider
    gone = not offers.may_run(run.model_id)
    models = catalog.nearest(run.model_id, run.units, offers.all_models()) if gone else []
    return {
        "rerun_token": rerun_token(run),
        "model_gone": gone,
        "rerun_models": models,
        "rerun_price": None if gone else price_of(provider, run.model_id, run.max_tokens),
    }
