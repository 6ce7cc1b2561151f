"""Makes, changes and ends share links. What a link then shows is in sharing/opened.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from playground.accounts.audit.log import Kind, record
from playground.experiments.frozen import freeze
from playground.experiments.models.experiment import Experiment
from playground.runs.models.run import Run
from playground.runs.models.run_image import RunImage
from playground.sharing.models import Share, SharedOutcome, SharePreview
from playground.sharing.opened import draw_preview
from playground.storage.tokens import new_token
from playground.storage.writes import a_few_at_a_time, one_at_a_time, orderly_writes
from playground.web.formatting import counted

if TYPE_CHECKING:
    from datetime import datetime

    from playground.runs.models.comparison import Comparison
    from playground.sharing.models import ShareQuerySet


MAX_OPEN_LINKS = (
    20  # that open, to one run or comparison: a person has to be able to look through them
)


class TooManyLinksError(Exception):
    """The run or comparison has as many links as one looks through."""


@dataclass(frozen=True)
class Choice:
    """What a link leaves out and for how long it opens; expires_at: None for ever.

    left_out: pictures, as `reference_of` names them. notes_until: None for no notes.
    """

    hide_system_prompt: bool = False
    hide_costs: bool = False
    hide_reasoning: bool = False
    hide_flagged: bool = True
    left_out: tuple[str, ...] = ()
    notes_until: datetime | None = None
    expires_at: datetime | None = None

    def columns(self) -> dict[str, Any]:
        return vars(self) | {"left_out": list(self.left_out)}


@dataclass(frozen=True)
class ListedLink:
    """A link in the list of all. excerpt: the first lines of what was asked."""

    share: Share
    excerpt: str
    left_out: list[str]


def listed(share: Any) -> ListedLink:
    """share: as `for_list` gives it, with what it reads of the runs behind the link."""
    return ListedLink(share, share.excerpt, left_out_words(share, flagged=share.has_flagged))


def end_after(days: int) -> datetime:
    return timezone.now() + timedelta(days=days)


def reference_of(entry: RunImage) -> str:
    """Name a picture in a link's choice: by its content, or by its address where no copy is."""
    return entry.image_id or entry.url


def pictures_of(item: Run | Comparison) -> list[RunImage]:
    """Return every picture of the runs, each once, in the order they were sent."""
    runs = Q(run=item.pk) if isinstance(item, Run) else Q(run__comparison=item.pk)
    entries = RunImage.objects.filter(runs).select_related("image")
    found: dict[str, RunImage] = {}
    for entry in entries.order_by("run__position", "run__created_at", "position"):
        found.setdefault(reference_of(entry), entry)
    return list(found.values())


def share(item: Run | Comparison, choice: Choice, form_token: str = "") -> Share:
    """Make a link; a repeated press returns the one that the first press made.

    Raises TooManyLinksError.
    """
    token = form_token or new_token()
    kept, outcome = _as_it_is_now(item)
    with one_at_a_time("links"):
        known = Share.objects.of(item).filter(form_token=token).first()
        if known:
            return known
        if Share.objects.of(item).live().count() >= MAX_OPEN_LINKS:
            raise TooManyLinksError
        made = _make(outcome, form_token=token, **kept, **choice.columns())
        record(Kind.LINK_MADE, detail=_named(made))
    draw_preview(made)
    return made


def _make(outcome: dict[str, Any] | None, **columns: Any) -> Share:
    with transaction.atomic():
        made: Share = Share.objects.create(**columns, checked_until=timezone.now())
        _keep(made, outcome)
    return made


def _keep(link: Share, outcome: dict[str, Any] | None) -> None:
    if outcome is not None:
        SharedOutcome.objects.update_or_create(share=link, defaults={"values": outcome})


def as_it_is(comparison: Comparison) -> dict[str, Any]:
    """Return what a link keeps of a comparison at this moment."""
    experiment = Experiment.objects.filter(pk=comparison.pk)
    return {
        "cells": [str(pk) for pk in comparison.cells().values_list("pk", flat=True)],
        "best": str(comparison.best_id or ""),
        "best_why": comparison.best_why,
        "title": comparison.title,
        "revision": experiment.values_list("revision", flat=True).first() or 0,
    }


def _as_it_is_now(item: Run | Comparison) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Return the columns of a link to it, and the outcome of an experiment."""
    if isinstance(item, Run):
        return {"run": item}, None
    kept, experiment = as_it_is(item), Experiment.objects.filter(pk=item.pk).first()
    outcome = freeze(experiment, kept["cells"]) if experiment else None
    return {"comparison": item, **kept}, outcome


def is_behind(link: Share, now: dict[str, Any]) -> bool:
    """Whether the comparison has come to differ from what the link shows. now: `as_it_is`."""
    return any(getattr(link, name) != value for name, value in now.items())


def change(link: Share, choice: Choice) -> bool:
    """Leave out other things, or end at another time. False: the link has ended."""
    return _changed(link, **choice.columns())


def update(link: Share) -> bool:
    """Show the comparison as it is now. False: the link has ended, or is one of a run."""
    if not link.comparison:
        return False
    kept, outcome = _as_it_is_now(link.comparison)
    return _changed(link, outcome, **kept)


def _changed(link: Share, outcome: dict[str, Any] | None = None, /, **columns: Any) -> bool:
    with transaction.atomic():
        now = {"checked_until": timezone.now()}
        if not Share.objects.live().filter(pk=link.pk).update(**columns, **now):
            return False
        _keep(link, outcome)
        record(Kind.LINK_CHANGED, detail=_named(link))
        # It may show what is hidden from now on, and drawing the next one may fail.
        SharePreview.objects.filter(share=link).delete()
    link.refresh_from_db()
    draw_preview(link)
    return True


def rotate(link: Share, old: str) -> bool:
    """Give it another address; the old one ends at once. Opens are counted anew.

    old: the token that the person saw. A second press on the same button does nothing.
    """
    same = Share.objects.live().filter(pk=link.pk, token=old)
    with orderly_writes(), transaction.atomic():
        moved = bool(same.update(token=new_token(), opens=0, opened_at=None))
        if moved:
            record(Kind.LINK_MOVED, detail=_named(link))
    return moved


def revoke(links: ShareQuerySet) -> int:
    """End links for good. Returns how many ended by this."""
    with orderly_writes(), transaction.atomic():
        ended = list(links.live().select_for_update(of=("self",)))
        for some in a_few_at_a_time([link.pk for link in ended]):
            Share.objects.filter(pk__in=some).update(revoked_at=timezone.now())
            SharedOutcome.objects.filter(share__in=some).delete()  # it holds what answers said
        for link in ended:
            record(Kind.LINK_REVOKED, detail=_named(link))
    return len(ended)


def _named(link: Share) -> str:
    """Return which link it is, by numbers: its address is a secret, what it shows is private."""
    shown = f"run {link.run_id}" if link.run_id else f"comparison {link.comparison_id}"
    return f"number {link.pk} to {shown}"


def left_out_words(link: Share, *, flagged: bool) -> list[str]:
    """Name in words what the link leaves out. flagged: whether there are such answers."""
    names = {"system prompt": link.hide_system_prompt, "costs": link.hide_costs}
    names |= {"reasoning": link.hide_reasoning, "flagged answers": flagged and link.hide_flagged}
    words = [name for name, hidden in names.items() if hidden]
    count = len(link.left_out)
    return words + ([counted(count, "image")] if count else [])
