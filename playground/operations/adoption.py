"""Hands what a local playground left without an owner to an account.

What holds for everybody stays as it is: keys without an owner are those of the site.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from django.db import transaction

from playground.api.models import MAX_NAME_LENGTH as MAX_TOKEN_NAME_LENGTH
from playground.api.models import ApiToken
from playground.catalog import daily_stats
from playground.catalog.models import Favourite, ModelDay
from playground.composer.presets.models import MAX_NAME_LENGTH as MAX_PRESET_NAME_LENGTH
from playground.composer.presets.models import Preset
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.runs.models.tag import RunTag, Tag

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from playground.accounts.models import Account


def adopt(account: Account) -> list[tuple[str, int]]:
    """Return how many of what were handed over. May be called again: then nothing is left."""
    with transaction.atomic():
        handed = [
            ("run", Run.everything.filter(owner=None).update(owner=account)),
            ("comparison", Comparison.objects.filter(owner=None).update(owner=account)),
            ("preset", _named(Preset.objects.all(), account, MAX_PRESET_NAME_LENGTH)),
            ("tag", _tags(account)),
            ("favourite model", _favourites(account)),
            ("API token", _named(ApiToken.objects.live(), account, MAX_TOKEN_NAME_LENGTH)),
        ]
        ApiToken.objects.filter(owner=None).update(owner=account)  # those that were revoked
        ModelDay.objects.filter(owner=None).delete()
    daily_stats.count_all()  # the rows of days are made of the runs
    return handed


def _named(rows: QuerySet[Any], account: Account, longest: int) -> int:
    """Hand over what has a name; where the account has one of that name, with a number."""
    taken = set(rows.filter(owner=account).values_list("name", flat=True))
    adopted = list(rows.filter(owner=None))
    for row in adopted:
        row.owner, row.name = account, _free(row.name, taken, longest)
        row.save(update_fields=["owner", "name"])
        taken.add(row.name)
    return len(adopted)


def _free(name: str, taken: set[str], longest: int) -> str:
    if name not in taken:
        return name
    numbered = (f"{name[: longest - len(f' {number}')]} {number}" for number in count(2))
    return next(one for one in numbered if one not in taken)


def _tags(account: Account) -> int:
    """Hand over the tags; one that the account has already takes over the runs of the other."""
    adopted = list(Tag.objects.filter(owner=None))
    for tag in adopted:
        mine = Tag.objects.filter(owner=account, name=tag.name).first()
        if mine:
            tagged = RunTag.objects.filter(tag=mine).values("run")
            RunTag.objects.filter(tag=tag).exclude(run__in=tagged).update(tag=mine)
            tag.delete()
        else:
            Tag.objects.filter(pk=tag.pk).update(owner=account)
    return len(adopted)


def _favourites(account: Account) -> int:
    local, mine = Favourite.objects.filter(owner=None), Favourite.objects.filter(owner=account)
    handed = local.exclude(model_id__in=mine.values("model_id")).update(owner=account)
    local.delete()
    return handed
