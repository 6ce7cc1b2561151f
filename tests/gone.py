"""Deletes runs for good, as a sweep does a while after somebody deleted them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from playground.history import deletion
from playground.runs.models.run import Run

if TYPE_CHECKING:
    from collections.abc import Iterable


def delete_for_good(runs: Iterable[Run]) -> None:
    long_ago = timezone.now() - deletion.GONE_AFTER
    Run.everything.filter(pk__in=[run.pk for run in runs]).update(deleted_at=long_ago)
    deletion.purge()
