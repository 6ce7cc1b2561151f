"""The outcome of an experiment as plain values that a share link keeps, and what is read of them.

Kept is all that may be shown; who reads them says whether with costs. What may be shown of the
answers themselves, their runs say.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from playground.experiments.models.experiment import Variant
from playground.experiments.models.mark import Mark, Source
from playground.experiments.outcome import Outcome, Standing, TagRow, outcome_of
from playground.experiments.statistics.intervals import Interval
from playground.experiments.statistics.pairs import Pair, Verdict
from playground.runs.grid import COLUMNS
from playground.spending.totals import Bill
from playground.submission.variables import names_in

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence

    from playground.experiments.models.experiment import Experiment

VARIANT = (
    *("model_id", "prompt", "system_prompt", "temperature"),
    *("max_tokens", "reasoning", "max_edge", "parameters"),
)


@dataclass(frozen=True)
class FrozenCell:
    """What a variant answered to a case. run: number of its first run, 0 where none was made.

    right, repeats: of its runs. read: what the answer was read as; note: why nothing was.
    """

    run: int
    verdict: bool | None
    read: str
    note: str
    right: int
    repeats: int


@dataclass(frozen=True)
class FrozenRow:
    question: str
    expected: str
    tags: Sequence[str]
    cells: Sequence[FrozenCell]


@dataclass(frozen=True)
class Frozen:
    """An experiment as it was. source: whose marks. rules: in words."""

    source: str
    rules: Sequence[str]
    variants: Sequence[Variant]
    outcome: Outcome
    count: int
    rows: Sequence[FrozenRow]


def freeze(experiment: Experiment, runs: Sequence[str]) -> dict[str, Any]:
    """Return it as it is now, as JSON can hold it. runs: ids, in the order of their numbers."""
    source = _source(experiment)
    outcome = outcome_of(experiment, source)
    numbers = {pk: number for number, pk in enumerate(runs, start=1)}
    return {
        "source": source,
        "rules": [str(rule) for rule in experiment.rules.all()],
        "standings": [_standing(one) for one in outcome.standings],
        "pairs": [vars(one) for one in outcome.pairs],
        "tags": [vars(one) | {"rows": sorted(one.rows)} for one in outcome.tags],
        "rows": _rows(experiment, outcome, source, numbers),
    }


def _source(experiment: Experiment) -> str:
    """Return whose marks count: people's, where no rule decides anything and they do."""
    sources = (Source.RULE, Source.PERSON)
    decides = (one for one in sources if any(s.n for s in outcome_of(experiment, one).standings))
    return next(decides, Source.RULE).value


def _standing(one: Standing) -> dict[str, Any]:
    variant = {name: getattr(one.variant, name) for name in VARIANT}
    return vars(one) | {"variant": variant, "cost": vars(one.cost)}


def _rows(
    experiment: Experiment, outcome: Outcome, source: str, numbers: Mapping[str, int]
) -> list[dict[str, Any]]:
    names = names_in(*(one.variant.prompt for one in outcome.standings))
    cells = _cells(experiment, source, numbers)
    verdicts = list(zip(*outcome.verdicts, strict=True))
    cases = experiment.version.cases.values_list(
        "position", "question", "expected", "tags", "variables"
    )
    return [
        {
            "question": question or ", ".join(str(said[one]) for one in names if one in said),
            "expected": expected,
            "tags": tags,
            "cells": [
                [cells[row, place][0], verdict, *cells[row, place][1:]]
                for place, verdict in enumerate(verdicts[row])
            ],
        }
        for row, question, expected, tags, said in cases
    ]


def _cells(
    experiment: Experiment, source: str, numbers: Mapping[str, int]
) -> defaultdict[tuple[int, int], list[Any]]:
    """Return, by case and variant, the first run, what it was read as and how many are right."""
    marks = marks_of(experiment, source)
    found: defaultdict[tuple[int, int], list[Any]] = defaultdict(lambda: [0, "", "", 0, 0])
    cells = experiment.comparison.cells().order_by("position")
    for pk, position in cells.values_list("pk", "position"):
        row, column = divmod(position, COLUMNS)
        cell = found[row, column // experiment.repeats]
        right, *said = marks.get(pk, (None, "", ""))
        if not cell[-1]:
            cell[:3] = [numbers.get(str(pk), 0), *said]
        cell[3] += right is True
        cell[4] += 1
    return found


def marks_of(experiment: Experiment, source: str) -> dict[uuid.UUID, tuple[bool | None, str, str]]:
    """Return of each run whether it is right, what it was read as, and why nothing was.

    What people note is not for strangers.
    """
    found = Mark.objects.filter(run__comparison=experiment.pk, source=source).order_by("at")
    if source == Source.RULE:
        found = found.filter(rule__position=0)
    is_rule = source == Source.RULE
    values = found.values_list("run", "right", "read", "note")
    return {pk: (right, read, note if is_rule else "") for pk, right, read, note in values}


def thaw(values: Mapping[str, Any], *, costs: bool, start: int = 0, size: int = 0) -> Frozen:
    """Return what was kept, with some of its rows. costs: whether with costs and tokens."""
    standings = [_thawed(one, costs=costs) for one in values["standings"]]
    rows = values["rows"][start : start + size]
    return Frozen(
        source=values["source"],
        rules=values["rules"],
        variants=[one.variant for one in standings],
        outcome=Outcome(
            verdicts=(),
            scores=(),
            answered=frozenset(),
            answered_rows=frozenset(),
            ends={},
            standings=standings,
            pairs=[_pair(one) for one in values["pairs"]],
            tags=[
                TagRow(one["tag"], frozenset(one["rows"]), one["right"]) for one in values["tags"]
            ],
        ),
        count=len(values["rows"]),
        rows=[FrozenRow(**one | {"cells": [FrozenCell(*c) for c in one["cells"]]}) for one in rows],
    )


def _thawed(values: Mapping[str, Any], *, costs: bool) -> Standing:
    told = dict(values) | {"variant": Variant(**values["variant"])}
    told |= {name: _interval(values[name]) for name in ("interval", "score_interval")}
    told["cost"] = _bill(values["cost"]) if costs else Bill()
    return Standing(**told if costs else told | {"tokens_in": None, "tokens_out": None})


def _bill(values: Mapping[str, Any]) -> Bill:
    amount = values["amount"]
    return Bill(**dict(values) | {"amount": None if amount is None else Decimal(amount)})


def _interval(values: Sequence[float] | None) -> Interval | None:
    return Interval(*values) if values else None


def _pair(values: Mapping[str, Any]) -> Pair:
    told = {"difference": Interval(*values["difference"]), "verdict": Verdict(values["verdict"])}
    return Pair(**dict(values) | told)
