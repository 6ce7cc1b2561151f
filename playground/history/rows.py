"""What a row of History shows of a form: its first run, and how its runs stand together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.text import Truncator

from playground.history.excerpts import Excerpt, excerpts
from playground.history.index_scans import Match
from playground.images.models import Image
from playground.runs import tagging
from playground.runs.models.run import Run
from playground.runs.models.run_image import RunImage
from playground.runs.search import found_in, mark
from playground.runs.status import RunStatus
from playground.sharing.models import Share
from playground.spending.totals import Bill, bill
from playground.web.formatting import first_line

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from decimal import Decimal
    from typing import Any

    from django.utils.safestring import SafeString

    from playground.runs.models.run import RunQuerySet
    from playground.runs.search import Term

MAX_TITLE_LENGTH, MAX_LABEL_LENGTH = 160, 60  # characters
MAX_THUMBNAILS = 2
CELL = (
    *("pk", "comparison_id", "retry_of_id", "provider", "prediction_id"),
    *("price", "charged", "units", "finished_at", "status", "model_id"),
)


@dataclass(frozen=True)
class Cell:
    """One run of a form, as far as a sum over the form needs it."""

    run: uuid.UUID
    comparison: uuid.UUID | None
    retry_of: uuid.UUID | None
    provider: str
    prediction_id: str
    price: Decimal | None
    charged: Decimal | None
    units: int
    finished_at: datetime | None
    status: str
    model: str

    @property
    def form(self) -> uuid.UUID:
        return self.comparison or self.run


@dataclass(frozen=True)
class FormRow:
    """One row. run: the first of the form. excerpt: where a search was found, if not in the title.

    project: its name, and by: who started it; both blank where it is in none. notes:
    how many are below it, where that is asked for.

    prompt_start, images: of the first run, which is loaded without its prompts and pictures; the
    hash of each, none of one that is an address. count: the places of the form; a retry is none.
    started: the local time, as ISO 8601 has it.
    """

    run: Run
    cells: Sequence[Cell]
    title: SafeString
    prompt_start: str
    with_system_prompt: bool
    started: str
    of_experiment: bool = False
    of_judge: bool = False
    is_shared: bool = False
    images: Sequence[str | None] = ()
    tags: Sequence[str] = ()
    excerpt: Excerpt | None = None
    project: str = ""
    by: str = ""
    notes: int = 0

    @property
    def address(self) -> str:
        return (self.run.comparison or self.run).get_absolute_url()

    @property
    def has_badges(self) -> bool:
        return bool(self.tags or self.is_shared or self.project)

    @property
    def label(self) -> str:
        return shortened(first_line(self.prompt_start), MAX_LABEL_LENGTH)

    @property
    def clock(self) -> str:
        return self.started[11:16]

    @property
    def thumbnails(self) -> list[str]:
        """Addresses of the first pictures, blank for those that are not stored here."""
        return [Image(one).thumbnail_url if one else "" for one in self.images[:MAX_THUMBNAILS]]

    @property
    def count(self) -> int:
        return sum(not cell.retry_of for cell in self.cells)

    @property
    def together(self) -> str:
        """What its runs are together; blank for a run by itself."""
        if not self.run.comparison:
            return ""
        if self.of_experiment:
            return f"Experiment, {self.count} runs"
        if self.of_judge:
            return f"Judge, {self.count} runs"
        if self.run.comparison.rows:
            return f"Matrix, {self.count} runs"
        are_models = self.count == len({cell.model for cell in self.cells})
        noun = "models" if are_models else "runs"  # of a sweep, or repeats
        return f"Compare {self.count} {noun}" if self.count > 1 else "Compare"

    @property
    def running(self) -> bool:
        return any(cell.status not in RunStatus.ended() for cell in self.cells)

    @property
    def shown_cells(self) -> Sequence[Cell]:
        """Those whose cost may be told: of a blind comparison it would say what has failed."""
        return () if self.run.is_sealed else self.cells

    @property
    def bill(self) -> Bill:
        return bill(self.shown_cells)

    @property
    def seconds(self) -> float | None:
        """From the press to the end of the last run; None while one runs or without an answer."""
        if not self.run.comparison_id:
            return self.run.elapsed if self.run.status == RunStatus.COMPLETED else None
        ends = [cell.finished_at for cell in self.cells if cell.finished_at]
        if self.running or not ends:
            return None
        return (max(ends) - self.run.created_at).total_seconds()


def rows(
    runs: RunQuerySet, found: Sequence[Match], terms: tuple[Term, ...] | None = None
) -> list[FormRow]:
    """Return a row for each form, in the order given. runs: what the visitor may see."""
    forms = _cells(runs, found)
    firsts = _first_runs([_first(cells) for cells in forms.values() if cells])
    pieces = excerpts(runs, [one.run for one in found], terms) if terms else {}
    ids = [cell.run for cells in forms.values() for cell in cells]
    tags, images = tagging.of_runs(ids), _images(firsts)
    linked = Share.objects.open_among(ids, forms)
    projects = _projects(firsts.values())
    shown = []
    for one in found:
        cells = forms[one.form]
        run = firsts.get(_first(cells)) if cells else None
        if run:
            own = {one.form, *(cell.run for cell in cells)}
            row = _row(run, cells, terms or (), pieces.get(one.run))
            names = sorted({name for pk in own for name in tags.get(pk, ())})
            more: Any = {"tags": names, "is_shared": not own.isdisjoint(linked)}
            more |= projects.get(run.pk, {})
            shown.append(replace(row, images=images.get(run.pk, ()), **more))
    return shown


def models_of(rows: Sequence[FormRow]) -> dict[uuid.UUID, str]:
    ids = [cell.run for row in rows for cell in row.cells]
    return dict(Run.objects.filter(pk__in=ids).values_list("pk", "model_id"))


def rows_of(runs: RunQuerySet, firsts: Sequence[Run]) -> list[FormRow]:
    """Return the rows that these runs stand for, as they are now."""
    found = [Match(run.listed_at, run.comparison_id, run.pk, 0) for run in firsts]
    return rows(runs, found)


def shortened(text: str, most: int) -> str:
    """The text in so many characters at most, as Django cuts it: it takes longer to do so."""
    if not text.isascii():
        return Truncator(text).chars(most)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _row(
    run: Any, cells: Sequence[Cell], terms: tuple[Term, ...], excerpt: Excerpt | None
) -> FormRow:
    """run: with what the list reads of its texts."""
    title = (run.comparison.title if run.comparison else "") or first_line(run.prompt_start)
    title = shortened(title, MAX_TITLE_LENGTH)
    repeats = excerpt and not excerpt.of_answer and found_in(title, terms)
    # An answer may name its writer; a blind comparison does not show answers by themselves.
    hidden = repeats or run.is_sealed
    return FormRow(
        run,
        cells,
        mark(title, terms),
        prompt_start=run.prompt_start,
        with_system_prompt=run.with_system_prompt,
        started=timezone.localtime(run.created_at).isoformat(),
        of_experiment=run.experiment is not None,
        of_judge=run.judge is not None,
        excerpt=None if hidden else excerpt,
    )


def _cells(runs: RunQuerySet, found: Sequence[Match]) -> dict[uuid.UUID, list[Cell]]:
    cells: dict[uuid.UUID, list[Cell]] = {one.form: [] for one in found}
    among = runs.filter(listed_at__in={one.listed_at for one in found})
    values: Any = among.order_by("position", "created_at").values_list(*CELL)
    for value in values:
        cell = Cell(*value)
        if cell.form in cells:
            cells[cell.form].append(cell)
    return cells


def _first(cells: Sequence[Cell]) -> uuid.UUID:
    return next((cell.run for cell in cells if not cell.retry_of), cells[0].run)


def _first_runs(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Any]:
    """Load what is shown of these runs, which are in sight; one deleted just now is missing."""
    listed = (
        Run.objects.filter(pk__in=ids)
        .for_list()
        .with_prompt_start()
        .select_related("comparison")
        .annotate(experiment=F("comparison__experiment"), judge=F("comparison__judge"))
    )
    return {run.pk: run for run in listed}


def _projects(runs: Iterable[Run]) -> dict[uuid.UUID, dict[str, str]]:
    """Return the project of each run that is in one, and who started it."""
    inside = [run.pk for run in runs if run.project_id is not None]
    if not inside:
        return {}
    starter = Coalesce("comparison__owner__username", "owner__username")
    named = Run.objects.filter(pk__in=inside).values_list("pk", "project__name", starter)
    return {pk: {"project": project, "by": by} for pk, project, by in named}


def _images(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[str | None]]:
    """Return the hashes of the pictures of each run, none of one that is an address."""
    found: dict[uuid.UUID, list[str | None]] = {}
    pictures = RunImage.objects.filter(run__in=ids).order_by("position")
    for run, sha256 in pictures.values_list("run", "image"):
        found.setdefault(run, []).append(sha256)
    return found
