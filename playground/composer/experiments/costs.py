"""What an experiment would start and cost, in all and by model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.catalog import entries
from playground.composer.terms import Terms
from playground.spending.prices import Estimate, estimate

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
    whole: Estimate
    by_model: Sequence[tuple[Model, Estimate]]

    @property
    def terms(self) -> Terms:
        return Terms.of(self.whole)


def costs_of(asked: Asked, owner: Account | None) -> Costs:
    variants = asked.variants
    models = [entries.find(one) for one in variants.models]
    most = variants.options.max_tokens
    of_each = asked.size.cases * variants.of_each_model * asked.repeats
    return Costs(
        asked.size,
        variants.words,
        estimate(models, owner, most) * of_each,
        [(one, estimate([one], owner, most) * of_each) for one in models],
    )
