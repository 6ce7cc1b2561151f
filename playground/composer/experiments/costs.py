"""What an experiment would start and cost, in all and by model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.catalog import entries
from playground.spending.prices import Estimate, estimates, total

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playground.accounts.models import Account
    from playground.catalog.entries import Model
    from playground.composer.experiments.forms import Asked
    from playground.experiments.size import ExperimentSize


@dataclass(frozen=True)
class Costs:
    """by_model: in the order they were chosen."""

    size: ExperimentSize
    made_of: str
    terms: Estimate
    by_model: Sequence[tuple[Model, Estimate]]


def costs_of(asked: Asked, owner: Account | None) -> Costs:
    variants = asked.variants
    models = [entries.find(one) for one in variants.models]
    of_each = asked.size.cases * variants.of_each_model * asked.repeats
    found = [one * of_each for one in estimates(models, owner, variants.options.max_tokens)]
    by_model = list(zip(models, found, strict=True))
    return Costs(asked.size, variants.words, total(found), by_model)
