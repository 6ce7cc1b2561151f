"""What an experiment will ask, before there are rows, and the cells that follow from its rows."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any

from playground.experiments.models.experiment import Variant
from playground.runs.grid import COLUMNS
from playground.submission.request import AttachedImage, Cell, Options
from playground.submission.variables import fill, names_in
from playground.web.formatting import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from playground.experiments.models.experiment import Experiment
    from playground.experiments.models.test_set import Case, Version

DEFAULT_RULE = {"rule": "equals"}
MAX_VARIANTS = 12  # columns that people can hold beside each other
MAX_RULES = 8


@dataclass(frozen=True)
class Column:
    """A variant that is planned."""

    model: str
    prompt: str
    system_prompt: str = ""
    options: Options = field(default_factory=Options)

    def row(self, experiment: Experiment, position: int) -> Variant:
        return Variant(
            experiment=experiment,
            position=position,
            model_id=self.model,
            prompt=self.prompt,
            system_prompt=self.system_prompt,
            **asdict(self.options),
        )


@dataclass(frozen=True)
class Plan:
    """Every case of a version with every column, so many times.

    rules: as JSON, checked already; the first of them decides what is right. written: the digest of
    the document that it was made from, where each press makes the version anew.
    """

    name: str
    version: Version
    columns: tuple[Column, ...]
    rules: tuple[Mapping[str, Any], ...] = (DEFAULT_RULE,)
    repeats: int = 1
    form_token: str = ""
    project: int | None = None  # whose members see it
    written: str = ""

    @property
    def of_each(self) -> int:
        """Runs of each case."""
        return len(self.columns) * self.repeats

    @property
    def total(self) -> int:
        return self.version.cases.count() * self.of_each

    def digest(self) -> str:
        """Return the SHA-256 of everything asked, to tell a repeated press from a changed form."""
        if self.written:
            return self.written
        asked = [
            self.name,
            self.version.pk,
            [asdict(column) for column in self.columns],
            list(self.rules),
            self.repeats,
            *([f"project {self.project}"] if self.project else []),
        ]
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def cells_of(experiment: Experiment, start: int, stop: int) -> list[Cell]:
    """Return the planned cells from `start` to before `stop`, row by row. Reads their cases."""
    variants, repeats = list(experiment.variants.all()), experiment.repeats
    columns = len(variants) * repeats
    rows = range(start // columns, -(-stop // columns))
    found = experiment.version.cases.filter(position__in=rows).prefetch_related("images__image")
    cases = {case.position: case for case in found}
    cells = []
    for number in range(start, stop):
        row, column = divmod(number, columns)
        cells.append(_cell(row * COLUMNS + column, variants[column // repeats], cases[row]))
    return cells


def _cell(position: int, variant: Variant, case: Case) -> Cell:
    return Cell(
        position=position,
        model=variant.model_id,
        prompt=fill(variant.question(case), case.variables),
        system_prompt=fill(variant.system_prompt, case.variables),
        options=Options(**{one.name: getattr(variant, one.name) for one in fields(Options)}),
        images=tuple(AttachedImage(one.image, name=one.name) for one in case.images.all()),
    )


def unfilled(columns: Sequence[Column], names: Sequence[str]) -> list[str]:
    """Return the variables that the prompts name and no case has."""
    asked = names_in(*(text for one in columns for text in (one.prompt, one.system_prompt)))
    return [name for name in asked if name not in names]


def lacking(texts: Iterable[str], names: Mapping[str, int], count: int) -> list[str]:
    """Say how many cases lack a variable that these texts name. names: how many cases have each."""
    missing = {name: count - names.get(name, 0) for name in names_in(*texts)}
    return [
        f"{counted(n, 'case', ',')} without {{{{{name}}}}}, which is sent as it stands"
        for name, n in missing.items()
        if n
    ]
