"""Puts tags on runs and takes them off, within stated numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count

from playground.runs.models.tag import MAX_TAG_LENGTH, RunTag, Tag
from playground.storage.writes import a_few_at_a_time, one_at_a_time, orderly_writes

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence

    from playground.accounts.models import Account
    from playground.accounts.visitor import Visitor
    from playground.runs.models.run import Run

MAX_TAGS_PER_RUN = 20
MAX_TAGS = 500  # of one account


class TagRefusedError(Exception):
    """Nothing was tagged; the words say why."""


def name_of(text: str) -> str:
    """Return what is kept of a tag that was typed: small letters, single spaces, not too long."""
    plain = " ".join(text.replace("\x00", " ").replace(",", " ").lower().split())
    return plain[:MAX_TAG_LENGTH].rstrip()


def add(runs: Sequence[Run], text: str, owner: Account | None) -> str:
    """Put the tag on the runs; it may be there already. Returns its name.

    Raises TagRefusedError where it has no name, or a run or an account has as many as it may have.
    """
    name = name_of(text)
    if not name:
        raise TagRefusedError("A tag needs a letter or a sign. Type one, then add it.")
    ids = [run.pk for run in runs]
    with one_at_a_time("tags"):
        full = RunTag.objects.filter(run__in=ids).exclude(tag__name=name).order_by()
        counts = full.values("run").annotate(count=Count("pk")).filter(count__gte=MAX_TAGS_PER_RUN)
        if counts.exists():
            raise TagRefusedError(f"A run has at most {MAX_TAGS_PER_RUN} tags. Remove one first.")
        tag = _tag(name, owner)
        RunTag.objects.bulk_create(
            (RunTag(run=run, tag=tag, listed_at=run.listed_at) for run in runs),
            ignore_conflicts=True,
        )
    return name


def _tag(name: str, owner: Account | None) -> Tag:
    tags = Tag.objects.filter(owner=owner)
    known = tags.filter(name=name).first()
    if known:
        return known
    if tags.count() >= MAX_TAGS:
        raise TagRefusedError(f"There are {MAX_TAGS} tags already. Use one of them.")
    return Tag.objects.create(owner=owner, name=name)


def remove(ids: Sequence[uuid.UUID], text: str, owner: Account | None) -> str:
    """Take the tag off the runs. A tag that is on no run is forgotten. Returns its name."""
    name = name_of(text)
    with orderly_writes(), transaction.atomic():
        for some in a_few_at_a_time(ids):
            RunTag.objects.filter(run__in=some, tag__name=name, tag__owner=owner).delete()
        Tag.objects.filter(owner=owner, name=name).unused().delete()
    return name


def known(visitor: Visitor) -> list[str]:
    """Return the names that the visitor may choose from."""
    return list(Tag.objects.visible_to(visitor).order_by("name").values_list("name", flat=True))


def of_runs(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    """Return the names of the tags of each run that has any."""
    names: dict[uuid.UUID, list[str]] = {}
    pairs = RunTag.objects.filter(run__in=ids).order_by("tag__name")
    for run, name in pairs.values_list("run", "tag__name"):
        names.setdefault(run, []).append(name)
    return names
