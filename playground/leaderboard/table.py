"""The rows of the Models page: what each model did here lately, as one visitor sees it.

Reads counted days, never runs: as many queries for a million runs as for none.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from playground.catalog import entries
from playground.catalog import offered as offers
from playground.catalog.badges import Badges, ModelBadges
from playground.catalog.daily_stats import first_day
from playground.catalog.histogram import Histogram
from playground.catalog.latency import Usual
from playground.catalog.models import MAX_OUTCOMES, Favourite, ModelDay
from playground.comparisons.blind.models import Contender
from playground.comparisons.blind.win_rates import WinRate
from playground.connections.routing import choose
from playground.providers.endpoint import DEMO
from playground.spending.prices import prices
from playground.storage.money import readable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playground.accounts.visitor import Visitor
    from playground.catalog.entries import Model


@dataclass
class Sums:
    """The days of one model, added up. runs: those that came to an end of their own."""

    completed: int = 0
    runs: int = 0
    latest: str = ""
    latency: Histogram = field(default_factory=Histogram)
    billed: int = 0
    charged: Decimal = Decimal(0)

    def add(self, day: ModelDay) -> None:
        self.completed += day.completed
        self.runs += day.completed + day.failed + day.unknown
        self.latest = (self.latest + day.latest)[-MAX_OUTCOMES:]
        self.latency += Histogram.of_json(day.latency)
        self.billed += day.billed
        self.charged += day.charged


@dataclass(frozen=True)
class Row:
    """One model. price: US dollars a run, as quoted, or the mean of what was charged.

    demo: all of its runs were answered by the demo.
    """

    model: Model
    sums: Sums
    rate: WinRate
    marks: Badges
    price: Decimal | None
    starred: bool
    runnable: bool
    demo: bool

    @property
    def latency(self) -> Usual | None:
        low, median, high = (self.sums.latency.quantile(one) for one in (0.1, 0.5, 0.9))
        if low is None or median is None or high is None:
            return None
        return Usual(low, median, high)

    @property
    def success(self) -> float | None:
        return self.sums.completed / self.sums.runs if self.sums.runs else None


def rows(visitor: Visitor) -> list[Row]:
    """Return every model that can be run here or was run lately, in the order of the picker."""
    sums, demos = _sums(ModelDay.objects.visible_to(visitor).since(first_day()))
    rates = Contender.objects.visible_to(visitor).win_rates()
    starred = favourites(visitor)
    book = ModelBadges()
    offered = {model.id: model for model in offers.all_models()}
    shown = offered | {one: entries.find(one) for one in [*sums, *starred] if one not in offered}
    usual = choose(visitor.account)
    provider = {one: offers.provider_of(one, usual).provider for one in shown}
    quoted = {name: prices(name) for name in set(provider.values())}
    return [
        Row(
            model=model,
            sums=sums.get(one, Sums()),
            rate=rates.get(one, WinRate(0, 0)),
            marks=book.of(model),
            price=_price(quoted[provider[one]].get(one), sums.get(one)),
            starred=one in starred,
            runnable=offers.may_run(one),
            demo=one in demos,
        )
        for one, model in shown.items()
    ]


def favourites(visitor: Visitor) -> set[str]:
    return set(Favourite.objects.visible_to(visitor).values_list("model_id", flat=True))


def _sums(days: Iterable[ModelDay]) -> tuple[dict[str, Sums], set[str]]:
    """Add up the days of each model. The demo counts only where no model ever answered."""
    real: dict[str, Sums] = defaultdict(Sums)
    demo: dict[str, Sums] = defaultdict(Sums)
    for day in days:
        (demo if day.provider == DEMO else real)[day.model_id].add(day)
    return demo | real, set(demo) - set(real)


def _price(quoted: Decimal | None, sums: Sums | None) -> Decimal | None:
    if quoted is not None or not sums or not sums.billed:
        return quoted
    return readable(sums.charged / sums.billed)
