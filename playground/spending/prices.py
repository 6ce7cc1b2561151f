"""What a run costs: units always, money only where an amount was configured or quoted."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from playground.catalog import entries
from playground.connections.models import ListedModel
from playground.connections.registry import servers
from playground.connections.routing import default_provider, provider_named
from playground.providers.base import PredictionRequest, ProviderError
from playground.providers.endpoint import DEMO, NO_MODEL, WAVESPEED
from playground.spending.models import ModelPrice
from playground.spending.price_table import DEAREST, price_table
from playground.spending.token_prices import by_tokens
from playground.storage.databases import give_back_connection
from playground.storage.money import as_kept
from playground.storage.prepared import Prepared
from playground.web import formatting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playground.accounts.models import Account
    from playground.catalog.entries import Model
    from playground.providers.base import Provider

logger = logging.getLogger(__name__)
QUOTE_LIFETIME = timedelta(hours=24)
QUOTED = Prepared(
    lambda provider: ModelPrice.objects.filter(provider=provider, currency="USD").values_list(
        "model_id", "amount"
    )
)
FREE = "free"  # in place of an amount
MAX_QUOTES = 200  # of models that are listed beside the catalogue


def prices(provider: str, max_tokens: int | None = None) -> dict[str, Decimal]:
    """Return about how many US dollars one run of each model costs, where that is known.

    The owner's word counts more than a quote, and a quote more than what tokens cost as listed.
    max_tokens: of the answer, where it is limited.
    """
    if provider in NO_MODEL:
        return {}
    own = price_table()
    tokens = {one: price for one, price in own.tokens.items() if _is_of(provider, one)}
    runs = {one: price for one, price in own.runs.items() if _is_of(provider, one)}
    by_length = by_tokens(provider, tokens, max_tokens)
    told = {one: price for one, price in by_length.items() if one in tokens}
    known = by_length | _quoted(provider) | told | runs
    # A limit of two thousand million tokens is no estimate, and no column would hold it.
    return {one: as_kept(price) for one, price in known.items() if price < DEAREST}


def _quoted(provider: str) -> dict[str, Decimal]:
    base = settings.WAVESPEED_BASE_PRICE
    if base is not None and provider == WAVESPEED:
        return {model.id: base * model.units for model in entries.models()}
    return dict(QUOTED.rows(provider=provider))


def _is_of(provider: str, model_id: str) -> bool:
    return (entries.find(model_id).server or WAVESPEED) == provider


def price_of(provider: str, model_id: str, max_tokens: int | None = None) -> Decimal | None:
    return prices(provider, max_tokens).get(model_id)


def refresh_quotes() -> int:
    """Ask each provider for the price of each model whose quote is old. Returns how many came."""
    usual = default_provider()
    names = [usual] if usual != DEMO and settings.WAVESPEED_BASE_PRICE is None else []
    return sum(_refresh_all(name) for name in [*names, *(server.slug for server in servers())])


def _refresh_all(name: str) -> int:
    fresh = ModelPrice.objects.filter(provider=name, quoted_at__gt=timezone.now() - QUOTE_LIFETIME)
    known = set(fresh.values_list("model_id", flat=True))
    listed = ListedModel.objects.offered_by(name).values_list("model_id", flat=True)[:MAX_QUOTES]
    if name == WAVESPEED:
        wanted = dict.fromkeys([*(model.id for model in entries.models()), *listed])
    else:
        wanted = dict.fromkeys(f"{one}@{name}" for one in listed)
    try:
        provider = provider_named(name)
    except ProviderError as error:
        logger.info("no prices of %s: %s", name, error.kind)
        return 0
    return sum(_refresh(provider, one) for one in wanted if one not in known)


def _refresh(provider: Provider, model_id: str) -> bool:
    request = PredictionRequest(model=entries.find(model_id).wire_id, prompt="x")
    give_back_connection()
    try:
        price = provider.price(request)
    except ProviderError as error:
        logger.info("no price for %s: %s", model_id, error.kind)
        return False
    if not price:
        return False
    ModelPrice.objects.update_or_create(
        provider=provider.name,
        model_id=model_id,
        defaults={
            "amount": price.amount,
            "currency": price.currency[:3],
            "quoted_at": timezone.now(),
        },
    )
    return True


@dataclass(frozen=True)
class Estimate:
    """What a press of Run would start and cost.

    amount: US dollars, None where a price is not known. is_free: no charge. premium: how many runs
    are of premium models.
    """

    runs: int
    units: int
    amount: Decimal | None
    is_free: bool = False
    premium: int = 0

    def __mul__(self, times: int) -> Estimate:
        amount = None if self.amount is None else self.amount * times
        units, premium = self.units * times, self.premium * times
        return Estimate(self.runs * times, units, amount, self.is_free, premium)

    @property
    def kinds(self) -> str:
        """The kinds of the models in words: 2 premium at 3×, 1 standard."""
        standard = self.runs - self.premium
        if self.premium:
            return f"{self.premium} premium at 3×" + (f", {standard} standard" if standard else "")
        if not self.units:
            return "Not counted in units"
        return "Standard model" if standard == 1 else "Standard models"

    @property
    def count(self) -> str:
        return formatting.counted(self.runs, "run")

    @property
    def cost(self) -> str:
        if self.is_free:
            return "no charge"
        known = self.amount is not None
        return f"about {formatting.money(self.amount)}" if known else formatting.units(self.units)

    @property
    def words(self) -> str:
        """As in `6 runs, about $0.60`."""
        return f"{self.count}, {self.cost}"

    @property
    def amount_field(self) -> str:
        """The amount as a page posts it."""
        return FREE if self.is_free else "" if self.amount is None else f"{self.amount:f}"

    def exceeds(self, shown: Estimate) -> bool:
        """Whether more would be started, or would cost more, than what was shown."""
        return self.runs > shown.runs or self._costs_more_than(shown)

    def _costs_more_than(self, shown: Estimate) -> bool:
        if self.is_free:
            return False
        if shown.is_free or self.units > shown.units:
            return True
        known = self.amount is not None and shown.amount is not None
        return known and self.amount > shown.amount  # type: ignore[operator]


def estimates(
    models: Sequence[Model], owner: Account | None = None, max_tokens: int | None = None
) -> list[Estimate]:
    """Return what a run of each model costs at the provider that would answer the owner."""
    usual = default_provider(owner)
    providers = [model.server or usual for model in models]
    known = {name: prices(name, max_tokens) for name in set(providers)}
    return [
        Estimate(1, one.units, known[name].get(one.id), name in NO_MODEL, int(one.is_premium))
        for name, one in zip(providers, models, strict=True)
    ]


def total(costs: Sequence[Estimate]) -> Estimate:
    """Return all of them together; what is free counts no units beside what is not."""
    costing = [one for one in costs if not one.is_free]
    known = [one.amount for one in costing if one.amount is not None]
    return Estimate(
        runs=sum(one.runs for one in costs),
        units=sum(one.units for one in costing or costs),
        amount=sum(known, Decimal(0)) if known and len(known) == len(costing) else None,
        is_free=bool(costs) and not costing,
        premium=sum(one.premium for one in costing or costs),
    )


def estimate(
    models: Sequence[Model], owner: Account | None = None, max_tokens: int | None = None
) -> Estimate:
    """Return the cost of one run of each model."""
    return total(estimates(models, owner, max_tokens))
