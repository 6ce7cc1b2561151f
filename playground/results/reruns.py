"""What the page of a run shows of its reruns: the button, what it repeats, and what repeats it.

Of these a visitor may see some only: one of them may be in a project, another not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.accounts.visibility import sees
from playground.catalog import entries
from playground.catalog import offered as offers
from playground.catalog.badges import ModelBadges
from playground.catalog.offered import provider_of
from playground.connections.routing import choose
from playground.results.drift import drift_of
from playground.runs import image_tokens
from playground.spending.prices import price_of
from playground.submission.repeat import rerun_token

if TYPE_CHECKING:
    from decimal import Decimal

    from playground.accounts.models import Account
    from playground.accounts.visitor import Visitor
    from playground.catalog.entries import Model
    from playground.runs.models.run import Run

MAX_LISTED_RERUNS = 20  # reruns, the newest


def context(run: Run, visitor: Visitor) -> dict[str, Any]:
    """Return the names that `_aside.html` and what it includes, and `_drift.html`, use."""
    ancestor = _seen(run.rerun_of, visitor)
    measured = _seen(image_tokens.measured_by(run), visitor)
    reruns = run.reruns.for_list().order_by("-created_at")[: MAX_LISTED_RERUNS + 1]
    listed = [one for one in reruns if sees(visitor, one)]
    return {
        "measured": measured,
        "retried": _seen(run.retry_of, visitor),
        "retries": [one for one in run.retries.order_by("created_at") if sees(visitor, one)],
        "ancestor": ancestor,
        "drift": drift_of(run) if ancestor and not measured else None,
        "reruns": listed[:MAX_LISTED_RERUNS],
        "measuring": image_tokens.without_images(listed) if listed and run.images.exists() else (),
        "more_reruns": len(listed) > MAX_LISTED_RERUNS,
        **_button(run, visitor.account),
    }


def _seen(linked: Run | None, visitor: Visitor) -> Run | None:
    return linked if linked and not linked.deleted_at and sees(visitor, linked) else None


def _button(run: Run, by: Account | None) -> dict[str, Any]:
    if not run.has_ended:
        return {}
    marks, may_run = ModelBadges(), offers.may_run(run.model_id)
    as_before = may_run and marks.is_offered(entries.find(run.model_id))
    return {
        "rerun_token": rerun_token(run),
        "model_gone": not as_before,
        "may_run_still": may_run,
        "rerun_models": [] if as_before else _others(run, marks),
        "rerun_price": _price(run, by, run.max_tokens) if as_before else None,
        **(_measuring(run, by) if as_before else {}),
    }


def _measuring(run: Run, by: Account | None) -> dict[str, Any]:
    """Whether the tokens of its images can be measured now, and for how much."""
    if run.image_tokens is not None or image_tokens.why_not(run):
        return {}
    limit = image_tokens.limit_of(run)
    return {
        "measurement": image_tokens.measurement_of(run),
        "may_measure": True,
        "measure_limit": None if limit == run.max_tokens else limit,
        "measure_price": _price(run, by, limit),
    }


def _others(run: Run, marks: ModelBadges) -> list[Model]:
    offered = (one for one in offers.all_models() if marks.is_offered(one))
    others = (one for one in offered if one.id != run.model_id)
    return entries.nearest(run.model_id, run.units, others)


def _price(run: Run, by: Account | None, max_tokens: int | None) -> Decimal | None:
    provider = provider_of(run.model_id, choose(by)).provider
    return price_of(provider, run.model_id, max_tokens)
