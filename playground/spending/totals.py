"""Adds up what runs cost: the final amount where the provider said it, the estimate elsewhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from playground.providers.endpoint import NO_MODEL
from playground.runs.status import RunStatus


class Priced(Protocol):
    """A run, as far as its cost is concerned. prediction_id: empty where nothing was sent."""

    @property
    def provider(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def prediction_id(self) -> str: ...
    @property
    def price(self) -> Decimal | None: ...
    @property
    def charged(self) -> Decimal | None: ...
    @property
    def units(self) -> int: ...


PRICED = ("provider", "status", "prediction_id", "price", "charged", "units")


@dataclass(frozen=True)
class Bill:
    """amount: US dollars of the runs whose cost is known; None where it is known of none.

    units: of all runs that cost; unpriced: how many of those have no amount. estimated: whether an
    estimate is part of the amount.
    """

    amount: Decimal | None = None
    units: int = 0
    runs: int = 0
    unpriced: int = 0
    estimated: bool = False


def together(bills: Sequence[Bill]) -> Bill:
    known = [one.amount for one in bills if one.amount is not None]
    return Bill(
        amount=sum(known, Decimal(0)) if known else None,
        units=sum(one.units for one in bills),
        runs=sum(one.runs for one in bills),
        unpriced=sum(one.unpriced for one in bills),
        estimated=any(one.estimated for one in bills),
    )


def bill(runs: Iterable[Priced]) -> Bill:
    """Add up what costs or may cost: not what no model answered, what failed or was never sent."""
    costing = [run for run in runs if is_costing(run)]
    amounts = [run.price if run.charged is None else run.charged for run in costing]
    known = [amount for amount in amounts if amount is not None]
    return Bill(
        amount=sum(known, Decimal(0)) if known else None,
        units=sum(run.units for run in costing),
        runs=len(costing),
        unpriced=len(amounts) - len(known),
        estimated=any(run.charged is None and run.price is not None for run in costing),
    )


def is_costing(run: Priced) -> bool:
    if run.provider in NO_MODEL:
        return False
    if run.charged is not None:  # whatever became of it
        return True
    unsent = run.status == RunStatus.CANCELLED and not run.prediction_id
    return not unsent and run.status != RunStatus.FAILED
