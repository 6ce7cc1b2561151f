"""Guarded updates of one run, by which it moves. The SQL of each kind of move is written once."""

from __future__ import annotations

import uuid
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from playground.storage.prepared import PreparedUpdate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import Q


def update(
    runs: Any, where: Mapping[str, Any], also: tuple[Q, ...], values: Mapping[str, Any]
) -> bool:
    """Whether the run is as these say, and has these values now. runs: the manager of Run.

    where: of what differs from run to run ids and moments alone; SQL is kept for each other value.
    """
    if also or any(hasattr(one, "resolve_expression") for one in values.values()):
        return bool(runs.filter(*also, **where).update(**values) == 1)
    given = {name: one for name, one in where.items() if isinstance(one, uuid.UUID | datetime)}
    kind = tuple((name, one) for name, one in where.items() if name not in given)
    return _of_kind(runs, kind).update(values, **given) == 1


def claim(runs: Any, run: uuid.UUID, now: datetime, values: Mapping[str, Any]) -> bool:
    """Whether the run could be claimed, and has these values now."""
    return _claim(runs).update(values, run=run, now=now) == 1


@cache
def _of_kind(runs: Any, where: tuple[tuple[str, Any], ...]) -> PreparedUpdate:
    return PreparedUpdate(lambda **given: runs.filter(**given, **dict(where)))


@cache
def _claim(runs: Any) -> PreparedUpdate:
    return PreparedUpdate(lambda run, now: runs.claimable(now).filter(pk=run))
