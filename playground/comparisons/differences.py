"""What differs between the columns of a comparison: their inputs first, then their answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import prefetch_related_objects

from playground.catalog import entries
from playground.comparisons.diff.conflicts import Conflict, conflicts
from playground.comparisons.diff.inputs import (
    InputDifferences,
    Inputs,
    SentImage,
    input_differences,
)
from playground.comparisons.diff.marking import Marked, mark_unshared
from playground.comparisons.diff.words import MAX_CHARACTERS, Change, word_diff
from playground.providers.parameters.listed import written
from playground.runs.exchange import exchange_of
from playground.runs.models.comparison import letter
from playground.runs.status import RunStatus

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence

    from playground.comparisons.blind.anonymise import RedactedRun
    from playground.exports.redaction import ShownRun
    from playground.runs.models.run import Run


@dataclass(frozen=True)
class Differences:
    """inputs: of all columns. names: of the answered ones, in the order of the conflicts' values.

    marked: the answers with what most do not share marked, by run. is_long: not all of each answer
    is compared.
    """

    inputs: InputDifferences
    names: list[str]
    conflicts: list[Conflict]
    marked: dict[uuid.UUID, Marked]
    is_long: bool


@dataclass(frozen=True)
class Column:
    """A run as it is compared with others. shown: the row, or what may be shown of it.

    variation: what tells it from other columns of its model.
    """

    run: Run
    shown: Run | RedactedRun | ShownRun
    variation: str = ""

    @property
    def model(self) -> entries.Model:
        return entries.find(self.run.model_id)

    @property
    def name(self) -> str:
        """The model, and what tells its columns apart where there are several; blind, a letter."""
        if self.run.is_sealed:
            return letter(self.run.position)
        return f"{self.model.name} {self.variation}".strip()


def answered(columns: Iterable[Column]) -> list[Column]:
    """Those with an answer, and one that is not closed until somebody opens it."""
    return [one for one in columns if _is_comparable(one.shown)]


def differences(columns: Sequence[Column]) -> Differences:
    """Compare the columns. Answers that are missing or flagged are left out of the second part."""
    runs, ended = [one.run for one in columns], answered(columns)
    compared = [one.shown for one in ended]
    prefetch_related_objects(runs, "images")
    marked = mark_unshared([one.output_html for one in compared]) if len(compared) > 1 else []
    return Differences(
        inputs=input_differences([inputs_of(run) for run in runs]),
        names=[one.name for one in ended],
        conflicts=conflicts([one.output for one in compared]) if len(compared) > 1 else [],
        marked={one.run.pk: mark for one, mark in zip(ended, marked, strict=False)},
        is_long=len(compared) > 1 and is_long(compared),
    )


def is_long(runs: Iterable[Run | RedactedRun | ShownRun]) -> bool:
    """Whether an answer goes on behind what is compared word by word."""
    return any(len(run.output) > MAX_CHARACTERS for run in runs)


def asked_apart(cells: Sequence[Run]) -> bool:
    """Whether the columns were asked different things, so that no one of them speaks for all."""
    prefetch_related_objects(list(cells), "images")
    different = input_differences([inputs_of(run) for run in cells]).different
    return any(one.field not in ("model", "provider", "exchange") for one in different)


@dataclass(frozen=True)
class Pair:
    """Two answers as one text: what both say, what only the first and only the second says."""

    first: Column
    second: Column
    changes: list[Change]

    @property
    def is_long(self) -> bool:
        return is_long([self.first.shown, self.second.shown])


def pair_of(columns: Iterable[Column], ids: Sequence[str]) -> Pair | None:
    """Return the word difference of two comparable columns named by their ids, or None."""
    named = {str(one.run.pk): one for one in answered(columns)}
    chosen = [named[one] for one in ids if one in named]
    if len(chosen) != 2:
        return None
    first, second = chosen
    return Pair(first, second, list(word_diff(first.shown.output, second.shown.output)))


def _is_comparable(run: Run | RedactedRun | ShownRun) -> bool:
    return run.status == RunStatus.COMPLETED and bool(run.output_html) and not run.flagged


def inputs_of(run: Run) -> Inputs:
    """Return what the run was asked with, as it is compared."""
    return Inputs(
        model=run.model_id,
        prompt=run.prompt,
        system_prompt=run.system_prompt,
        images=tuple(
            SentImage(one.sent_sha256 or one.image_id or "", one.url, one.name)
            for one in run.images.all()
        ),
        temperature=run.temperature,
        max_tokens=run.max_tokens,
        reasoning=run.reasoning,
        priority=run.priority,
        provider=run.provider,
        max_edge=run.max_edge,
        parameters={name: written(run.parameters, name) for name in run.parameters},
        exchange=exchange_of(run),
    )
