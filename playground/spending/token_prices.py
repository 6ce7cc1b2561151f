"""What a run is likely to cost where tokens are priced: the usual tokens of a model's runs here.

Tokens are counted by the day with everything else (catalog/daily_stats.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.core.cache import cache
from django.db.models import Sum

from playground.catalog.daily_stats import first_day
from playground.catalog.models import ModelDay
from playground.connections.models import ListedModel
from playground.providers.endpoint import WAVESPEED
from playground.spending.price_table import TokenPrice

CACHE_SECONDS = 60
FIRST_INPUT = 1500  # tokens in, before any run told: about a picture and a short prompt


@dataclass(frozen=True)
class Usage:
    """Tokens of a usual run. out: None where no run has told yet."""

    into: int = FIRST_INPUT
    out: int | None = None


def by_tokens(
    provider: str, own: Mapping[str, TokenPrice], max_tokens: int | None
) -> dict[str, Decimal]:
    """Return about how many US dollars a run costs, by model.

    An answer is as long as usual, and no longer than max_tokens. Where neither is known there is no
    estimate. own: the owner's prices, which count more than the listed ones.
    """
    priced = ({} if provider == WAVESPEED else _listed(provider)) | dict(own)  # it prices runs
    if not priced:
        return {}
    usage = _usage(provider)
    found = {}
    for model_id, price in priced.items():
        usual = usage.get(model_id, Usage())
        lengths = [length for length in (usual.out, max_tokens) if length is not None]
        if lengths:
            found[model_id] = price.of(usual.into, min(lengths))
    return found


def _listed(provider: str) -> dict[str, TokenPrice]:
    rows = ListedModel.objects.offered_by(provider).filter(input_price__isnull=False)
    return {
        f"{one}@{provider}": TokenPrice(into, out)
        for one, into, out in rows.values_list("model_id", "input_price", "output_price")
        if into is not None and out is not None
    }


def _usage(provider: str) -> dict[str, Usage]:
    def read() -> dict[str, Usage]:
        days = ModelDay.objects.since(first_day()).filter(provider=provider, told__gt=0)
        sums = (
            days.order_by()
            .values("model_id")
            .annotate(runs=Sum("told"), into=Sum("tokens_in"), out=Sum("tokens_out"))
        )
        return {
            row["model_id"]: Usage(row["into"] // row["runs"], row["out"] // row["runs"])
            for row in sums
        }

    return cache.get_or_set(f"usage:{provider}", read, CACHE_SECONDS) or {}
