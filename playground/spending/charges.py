"""Puts the final amount into runs whose provider says afterwards what it charged.

Read in bundles, once a minute, for the runs of the last hour; whoever has no final amount by then
keeps its estimate. Reading costs nothing and no run waits for it.
"""

import logging
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from django.core.cache import cache
from django.utils import timezone

from playground.connections.registry import servers
from playground.connections.routing import provider_for, tells_charges
from playground.providers.base import Charging, ErrorKind, ProviderError
from playground.providers.endpoint import WAVESPEED
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.storage.databases import give_back_connection
from playground.storage.money import as_kept

logger = logging.getLogger(__name__)
RECENT = timedelta(hours=1)
MAX_RUNS, BUNDLE_SIZE = 2000, 50  # runs of one turn, and of one question
PAUSE = 3600  # seconds without questions, after a key that may not read the list
WAITED_OUT = {ErrorKind.TEMPORARY, ErrorKind.RATE}
Account = tuple[str, bool, object]  # the provider, whether the run's own key paid, and whose it is


def read_charges() -> int:
    """Ask for the final amounts that are missing. Returns how many came."""
    return sum(_read(account, runs) for account, runs in _missing().items())


def _missing() -> dict[Account, list[Run]]:
    found: dict[Account, list[Run]] = defaultdict(list)
    names = [WAVESPEED, *(server.slug for server in servers())]
    runs = Run.objects.filter(
        listed_at__gt=timezone.now() - RECENT,
        provider__in=[name for name in names if tells_charges(name)],
        status=RunStatus.COMPLETED,
        charged=None,
    ).exclude(prediction_id="")
    fields = ("pk", "provider", "own_key", "owner_id", "prediction_id")
    for run in runs.only(*fields).order_by("-listed_at")[:MAX_RUNS]:
        own = bool(run.own_key)
        found[run.provider, own, run.owner_id if own else None].append(run)
    return found


def _read(account: Account, runs: list[Run]) -> int:
    paused, count = "no-charges:{}:{}:{}".format(*account), 0
    if cache.get(paused):
        return 0
    try:
        provider = provider_for(runs[0])
        if not isinstance(provider, Charging):  # it was set up anew as another kind
            return 0
        for start in range(0, len(runs), BUNDLE_SIZE):
            ids = {run.prediction_id for run in runs[start : start + BUNDLE_SIZE]}
            give_back_connection()
            count += _keep(provider.name, provider.charged(ids))
    except ProviderError as error:
        logger.info("no charges from %s: %s", account[0], error.kind)
        if error.kind not in WAITED_OUT:
            cache.set(paused, "asked in vain", PAUSE)
    return count


def _keep(provider: str, charges: dict[str, Decimal]) -> int:
    """An amount that came with the answer itself is not touched."""
    count = 0
    for prediction_id, amount in charges.items():
        open_runs = Run.objects.filter(provider=provider, prediction_id=prediction_id, charged=None)
        count += open_runs.update(charged=as_kept(amount), changed_at=timezone.now())
    return count
