"""What a provider quotes for the inputs that runs really had, in the place of its usual quote.

A price may depend on which fields are sent, on how many pictures and on the options, not on the
words. So inputs alike are asked about once a day, after the press: no run waits for a quote.
"""

import logging
import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.utils import timezone

from playground.catalog import entries
from playground.connections.routing import provider_for
from playground.providers.base import PredictionRequest, ProviderError
from playground.providers.endpoint import WAVESPEED
from playground.runs.models.run import Run
from playground.spending.models import ExactPrice, ModelPrice
from playground.spending.price_table import DEAREST, price_table
from playground.spending.prices import QUOTE_LIFETIME
from playground.storage.databases import give_back_connection
from playground.storage.money import as_kept

logger = logging.getLogger(__name__)
RECENT_PERIOD, KEPT_PERIOD = timedelta(hours=1), timedelta(days=30)
MAX_RUNS, MAX_ASKED, MAX_REFUSED = 2000, 20, 3  # in one turn


@dataclass(frozen=True)
class Inputs:
    """What of a run its price may depend on."""

    provider: str
    model_id: str
    images: int
    system: bool
    reasoning: bool
    priority: str
    temperature: bool
    max_tokens: int | None

    def __str__(self) -> str:
        given = [name for name in ("system", "reasoning", "temperature") if getattr(self, name)]
        limit = [] if self.max_tokens is None else [f"max_tokens={self.max_tokens}"]
        return " ".join([f"images={self.images}", self.priority, *given, *limit])

    def request(self) -> PredictionRequest:
        """Return what would be asked, with words and pictures of no meaning."""
        return PredictionRequest(
            model=entries.find(self.model_id).wire_id,
            prompt="x",
            system_prompt="x" if self.system else "",
            images=tuple(f"https://images.invalid/{n}.jpg" for n in range(self.images)),
            reasoning=self.reasoning,
            priority=self.priority,
            temperature=1.0 if self.temperature else None,
            max_tokens=self.max_tokens,
        )


def correct_estimates() -> int:
    """Put the exact quotes into the runs of the last hour. Returns how many were changed."""
    asked = refused = corrected = 0
    for inputs, runs in _recent().items():
        amount = _known(inputs)
        if amount is None and asked < MAX_ASKED and refused < MAX_REFUSED:
            asked += 1
            amount = _ask(inputs, next(iter(runs)))
            refused += amount is None
        if amount is not None:
            corrected += _correct(runs, amount)
    return corrected


def sweep() -> None:
    """Forget quotes that have long been asked for again, or never will be."""
    ExactPrice.objects.filter(quoted_at__lt=timezone.now() - KEPT_PERIOD).delete()


def _correct(runs: dict[uuid.UUID, Decimal | None], amount: Decimal) -> int:
    wrong = [pk for pk, price in runs.items() if price != amount]
    estimated = Run.objects.filter(pk__in=wrong, charged=None)
    return estimated.update(price=amount, changed_at=timezone.now()) if wrong else 0


def _recent() -> dict[Inputs, dict[uuid.UUID, Decimal | None]]:
    """Return the estimates of runs whose provider quotes prices and whose owner has none."""
    found: dict[Inputs, dict[uuid.UUID, Decimal | None]] = defaultdict(dict)
    quoted = set(ModelPrice.objects.values_list("provider", "model_id"))
    own = price_table()
    runs = Run.objects.filter(listed_at__gt=timezone.now() - RECENT_PERIOD, charged=None)
    options = ("reasoning", "priority", "temperature", "max_tokens", "system_prompt")
    fields = ("pk", "price", "provider", "model_id", *options)
    for run in runs.values(*fields, pictures=Count("images")).order_by("-listed_at")[:MAX_RUNS]:
        name, model = run["provider"], run["model_id"]
        fixed = name == WAVESPEED and settings.WAVESPEED_BASE_PRICE is not None
        if fixed or (name, model) not in quoted or model in own.runs or model in own.tokens:
            continue
        inputs = Inputs(
            provider=name,
            model_id=model,
            images=run["pictures"],
            system=bool(run["system_prompt"]),
            reasoning=run["reasoning"],
            priority=run["priority"],
            temperature=run["temperature"] is not None,
            max_tokens=run["max_tokens"],
        )
        found[inputs][run["pk"]] = run["price"]
    return found


def _row(inputs: Inputs) -> dict[str, Any]:
    return {"provider": inputs.provider, "model_id": inputs.model_id, "inputs": str(inputs)}


def _known(inputs: Inputs) -> Decimal | None:
    fresh = ExactPrice.objects.filter(**_row(inputs), quoted_at__gt=timezone.now() - QUOTE_LIFETIME)
    return fresh.values_list("amount", flat=True).first()


def _ask(inputs: Inputs, run_id: uuid.UUID) -> Decimal | None:
    try:
        provider, asked = provider_for(Run.objects.get(pk=run_id)), inputs.request()
        give_back_connection()
        price = provider.price(asked)
    except (ProviderError, Run.DoesNotExist) as error:
        logger.info("no quote for %s: %s", inputs.model_id, error)
        return None
    if not price or price.currency != "USD" or price.amount >= DEAREST:
        return None
    amount = as_kept(price.amount)
    ExactPrice.objects.update_or_create(
        **_row(inputs), defaults={"amount": amount, "quoted_at": timezone.now()}
    )
    return amount
