"""What a share link shows: the rows behind a token, reduced to what a stranger may see."""

from __future__ import annotations

import logging
import uuid
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.files.storage import default_storage
from django.db import OperationalError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from playground.comparisons.labels import labels_of
from playground.experiments.frozen import marked_by, thaw
from playground.experiments.models.mark import Source
from playground.experiments.outcome_text import outcome_as_markdown
from playground.exports.redaction import (
    Judgement,
    Shown,
    ShownRun,
    ShownVerdict,
    runs_of,
    shown_comparison,
    shown_run,
)
from playground.images import store
from playground.images.models import ImageVariant
from playground.images.store import ORIGINAL_SIZE
from playground.runs.models.run import Run
from playground.runs.models.run_image import RunImage
from playground.sharing import preview
from playground.sharing.models import Share, SharePreview
from playground.web.formatting import counted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from playground.accounts.models import Account
    from playground.exports.redaction import ShownComparison
    from playground.images.models import Image
    from playground.runs.models.comparison import Comparison
    from playground.sharing.models import SharedOutcome

logger = logging.getLogger(__name__)
PREVIEW_EDGE = 800  # pixels of the thumbnail that goes into the picture of a link


class GoneError(Exception):
    """Revoked, expired, given another address, deleted, or never there: it is not said which."""


@dataclass(frozen=True)
class LinkAddresses:
    """Addresses below the token. origin: `https://host` to make them absolute, or nothing.

    places: each run's place when the link was made or updated, from 1. names: how a picture is
    called here, by its row's key: the hash of its bytes without metadata, which are what a stranger
    gets.
    """

    token: str = field(repr=False)
    places: Mapping[uuid.UUID, int]
    names: Mapping[str, str]
    origin: str = ""
    own: bool = False

    def page(self, shown: Run | Comparison) -> str:
        page = self.origin + reverse("shared", args=[self.token])
        several = len(self.places) > 1 and shown.pk in self.places
        return f"{page}#{self.anchor(shown)}" if several else page

    def anchor(self, shown: Run | Comparison) -> str:
        """Stays when a cell before it is deleted: people quote these addresses."""
        return f"answer-{self.places[shown.pk]}" if shown.pk in self.places else ""

    def picture(self, entry: RunImage, edge: int = 0) -> str:
        name = self.names.get(entry.image_id or "")
        if not name:
            return ""
        if edge:
            return self.origin + reverse("shared-thumbnail", args=[self.token, name, edge])
        return self.origin + reverse("shared-image", args=[self.token, name])


@dataclass(frozen=True)
class OpenLink:
    """A link that opens. there: those of its runs that are left, or as many as are looked at.

    source: whose marks an experiment is shown by; the usual ones where there are none of it.
    """

    share: Share
    there: Sequence[uuid.UUID]
    source: str = ""

    @cached_property
    def runs(self) -> Sequence[Run]:
        """The rows of these runs, in their order."""
        around = ["images__image", *(["notes__writer"] if self.share.notes_until else [])]
        rows = Run.objects.filter(pk__in=self.there).select_related("evidence_check")
        found = rows.prefetch_related(*around).in_bulk()
        return [found[one] for one in self.there if one in found]

    def part(self, wanted: Collection[str]) -> OpenLink:
        """Return it with its first run and the wanted ones alone."""
        first, *others = self.there
        return replace(self, there=[first, *(one for one in others if str(one) in wanted)])

    def row(self, number: int) -> OpenLink:
        """Return it with the runs of one row alone, from 1. Raises GoneError where none is left."""
        of_row = Run.objects.filter(pk__in=self.there).of_row(number - 1)
        found = set(of_row.values_list("pk", flat=True))
        if not found:
            raise GoneError
        return replace(self, there=[one for one in self.there if one in found])

    @cached_property
    def kept(self) -> Mapping[str, Any] | None:
        """What the link keeps of an experiment, as the marks of its source have it."""
        outcome: SharedOutcome | None = getattr(self.share, "outcome", None)
        return marked_by(outcome.values, self.source) if outcome else None

    def shown(self, origin: str = "") -> Shown:
        share = self.share
        return Shown(
            system_prompt=not share.hide_system_prompt,
            costs=not share.hide_costs,
            reasoning=not share.hide_reasoning,
            flagged=not share.hide_flagged,
            notes_until=share.notes_until,
            checked_until=share.checked_until,
            left_out=frozenset(share.left_out),
            addresses=LinkAddresses(
                token=share.token,
                places={pk: number for number, pk in enumerate(_ids(share), start=1)},
                names=_names(entry for run in self.runs for entry in run.images.all()),
                origin=origin,
            ),
        )

    def content(self, origin: str = "") -> ShownRun | ShownComparison:
        """Return plain values in which nothing is that the link leaves out."""
        share = self.share
        if not share.comparison:
            return shown_run(self.runs[0], self.shown(origin))
        best = uuid.UUID(share.best) if share.best else None
        as_it_was = Judgement(share.title, best, share.best_why)
        shown = shown_comparison(share.comparison, self.runs, self.shown(origin), as_it_was)
        outcome = self._outcome()
        # One row without an outcome was a comparison when the link was made, and is marked by now.
        rows = shown.rows if outcome or len(shown.rows) > 1 else ()
        return replace(shown, rows=rows, outcome=outcome, verdicts=self._verdicts())

    def _outcome(self) -> str:
        """Return the outcome of an experiment that the link keeps; blank where there is none."""
        if not self.kept:
            return ""
        costs = not self.share.hide_costs
        frozen = thaw(self.kept, costs=costs)
        labels, source = labels_of(frozen.variants), Source(frozen.source)
        return outcome_as_markdown(frozen.outcome, labels, source, costs=costs)

    def _verdicts(self) -> dict[int, ShownVerdict]:
        """Return the verdicts that the link keeps, without what the answers were read as."""
        rows = self.kept["rows"] if self.kept else ()
        cells = (cell for row in rows for cell in row["cells"])
        right = {number: verdict for number, verdict, *_, repeats in cells if repeats == 1}
        said = {pk: right.get(number) for number, pk in enumerate(self.share.cells, start=1)}
        numbered = ((number, said[str(run.pk)]) for number, run in enumerate(self.runs, start=1))
        return {number: ShownVerdict(one) for number, one in numbered if one is not None}


def open_link(token: str, source: str = "") -> OpenLink:
    """Return the link behind a token. Raises GoneError, the same for every reason."""
    share = Share.objects.live().select_related("comparison").filter(token=token).first()
    if not share:
        raise GoneError
    return replace(opened(share), source=source)


def opened(share: Share) -> OpenLink:
    """Find what a link shows. Raises GoneError where none of it is left."""
    ids = _ids(share)
    left = set(Run.objects.filter(pk__in=ids).values_list("pk", flat=True))
    if not left:
        raise GoneError
    return OpenLink(share, [one for one in ids if one in left])


def _ids(share: Share) -> list[uuid.UUID]:
    return [share.run_id] if share.run_id else [uuid.UUID(one) for one in share.cells]


def _names(entries: Iterable[RunImage]) -> dict[str, str]:
    keys = {entry.image_id for entry in entries if entry.image_id}
    variants = ImageVariant.objects.filter(
        image__in=keys, max_edge=ORIGINAL_SIZE, plain=False, quality=0
    )
    variants = variants.order_by("recipe")  # the newest is the one that is named
    return dict(variants.values_list("image_id", "sha256"))


def image_of(link: OpenLink, name: str) -> tuple[Image, ImageVariant]:
    """Return a picture that the link shows, by its name below the token. Raises GoneError."""
    named = ImageVariant.objects.filter(max_edge=ORIGINAL_SIZE, sha256=name)
    variants = {one.image_id: one for one in named.select_related("image")}
    entries = RunImage.objects.filter(run__in=link.there, image__in=variants)
    shown = Shown(left_out=frozenset(link.share.left_out))
    entry = next((one for one in entries if shown.shows(one)), None)
    if not entry or not entry.image_id:
        raise GoneError
    variant = variants[entry.image_id]
    return variant.image, variant


def copy_of_picture(link: OpenLink, name: str, account: Account | None) -> Image:
    """Store what a stranger gets of a picture as one of their own: never the original's metadata.

    Raises GoneError.
    """
    _, variant = image_of(link, name)
    with variant.file.open("rb") as file:
        return store.store(file.read(), account=account)


def count_opening(share: Share) -> None:
    """Count one opening. The page does not wait for a busy database, nor fail with it."""
    try:
        Share.objects.filter(pk=share.pk).update(opens=F("opens") + 1, opened_at=timezone.now())
    except OperationalError:
        logger.info("share %s: an opening was not counted, the database is busy", share.pk)


def draw_preview(share: Share) -> None:
    """Draw the picture of a link anew. It shows no more than the link does.

    Who changes the link while it is drawn draws it after that.
    """
    with suppress(GoneError):
        png = preview.draw(_card(opened(share).content()))
        with transaction.atomic():
            now = Share.objects.select_for_update().filter(pk=share.pk).first()
            if now and now.shows_like(share):
                SharePreview.objects.update_or_create(share=share, defaults={"png": png})


def _card(content: ShownRun | ShownComparison) -> preview.Card:
    runs = runs_of(content)
    title = "" if isinstance(content, ShownRun) else content.title
    models = {run.model_id: run.model for run in runs}
    images = len(runs[0].images)
    of = f"about {counted(images, 'image')}, " if images else ""
    return preview.Card(
        prompt=title or runs[0].prompt,
        summary=f"A question {of}answered by {counted(len(models), 'model')}",
        models=[preview.ModelLine(one.name, one.vendor, one.letter) for one in models.values()],
        picture=_thumbnail(runs),
    )


def _thumbnail(runs: Sequence[ShownRun]) -> bytes | None:
    """The first picture that the link shows and that is stored."""
    store = (one.row.image for run in runs for one in run.images)
    stored = next(filter(None, store), None)
    if not stored:
        return None
    try:
        with default_storage.open(stored.thumbnail_name(PREVIEW_EDGE), "rb") as file:
            data: bytes = file.read()
            return data
    except OSError:
        return None
