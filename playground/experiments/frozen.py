"""The outcome of an experiment as plain values that a share link keeps, and what is read of them.

Kept is all that may be shown; who reads them says whether with costs. What may be shown of the
answers themselves, their runs say.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from playground.experiments.agreement import Agreed, agreements_of, is_unchecked
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
    """An experiment as it was. source: whose marks; sources: whose there are. rules: in words."""

    source: str
    sources: Sequence[str]
    rules: Sequence[str]
    agreements: Sequence[Agreed]
    variants: Sequence[Variant]
    outcome: Outcome
    count: int
    rows: Sequence[FrozenRow]


def freeze(experiment: Experiment, runs: Sequence[str]) -> dict[str, Any]:
    """Return it as it is now, as JSON can hold it. runs: ids, in the order of their numbers."""
    first, *others = _sources(experiment)
    agreements = agreements_of(experiment)
    numbers = {pk: number for number, pk in enumerate(runs, start=1)}
    outcome = outcome_of(experiment, first)
    rows = _rows(experiment, outcome, first, numbers)
    return {
        "source": first,
        "asked": [one.asked for one in outcome.standings],
        "rules": [str(rule) for rule in experiment.rules.all()],
        "agreements": [vars(one) for one in agreements],
        **_figures(experiment, first, agreements),
        "rows": rows,
        "others": {
            source: {
                **_figures(experiment, source, agreements),
                "cells": _verdicts(experiment, source, numbers),
            }
            for source in others
        },
    }


def _sources(experiment: Experiment) -> list[str]:
    """Return whose marks decide anything; of rule, people and judges the first is shown first."""
    outcomes = {one.value: outcome_of(experiment, one) for one in Source}
    decides = [one for one, outcome in outcomes.items() if any(s.n for s in outcome.standings)]
    return decides or [Source.RULE.value]


def _figures(experiment: Experiment, source: str, agreements: Sequence[Agreed]) -> dict[str, Any]:
    """Return what the marks of a source say; a judge's rank nothing until people checked it."""
    outcome = outcome_of(experiment, source)
    pairs = () if is_unchecked(source, agreements) else outcome.pairs
    return {
        "standings": [_standing(one) for one in outcome.standings],
        "pairs": [vars(one) for one in pairs],
        "tags": [vars(one) | {"rows": sorted(one.rows)} for one in outcome.tags],
    }


def _verdicts(
    experiment: Experiment, source: str, numbers: Mapping[str, int]
) -> list[list[tuple[bool | None, int]]]:
    """Return of each case, for each variant, the verdict and how many of its runs are right."""
    cells = _cells(experiment, source, numbers)
    verdicts = zip(*outcome_of(experiment, source).verdicts, strict=True)
    return [
        [(one, cells[row, place][3]) for place, one in enumerate(found)]
        for row, found in enumerate(verdicts)
    ]


def _standing(one: Standing) -> dict[str, Any]:
    """Return what a release before knows, too: it refuses a key that is new here."""
    variant = {name: getattr(one.variant, name) for name in VARIANT}
    known = {name: value for name, value in vars(one).items() if name != "asked"}
    return known | {"variant": variant, "cost": vars(one.cost)}


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

    What people and judges note is not for strangers.
    """
    found = Mark.objects.deciding(source).filter(run__comparison=experiment.pk).order_by("at")
    if source != Source.RULE:
        return {pk: (right, "", "") for pk, right in found.values_list("run", "right")}
    values = found.values_list("run", "right", "read", "note")
    return {pk: (right, read, note) for pk, right, read, note in values}


def marked_by(values: Mapping[str, Any], source: str) -> Mapping[str, Any]:
    """Return what was kept, as the marks of this source have it; without any, of the first."""
    others = values.get("others", {})
    if source not in others:
        return values
    pairs = zip(values["rows"], others[source]["cells"], strict=True)
    rows = [row | {"cells": list(map(_as_marked, row["cells"], said))} for row, said in pairs]
    others = {**others, values["source"]: {}}
    return {**values, **others[source], "source": source, "others": others, "rows": rows}


def _as_marked(cell: Sequence[Any], said: tuple[bool | None, int]) -> list[Any]:
    run, *_, repeats = cell
    verdict, right = said
    return [run, verdict, "", "", right, repeats]


def thaw(values: Mapping[str, Any], *, costs: bool, start: int = 0, size: int = 0) -> Frozen:
    """Return what was kept, with some of its rows. costs: whether with costs and tokens."""
    asked = values.get("asked") or [0] * len(values["standings"])
    standings = [
        _thawed(one | {"asked": count}, costs=costs)
        for one, count in zip(values["standings"], asked, strict=True)
    ]
    rows, others = values["rows"][start : start + size], values.get("others", {})
    return Frozen(
        source=values["source"],
        sources=[one for one in Source.values if one in {values["source"], *others}],
        rules=values["rules"],
        agreements=[Agreed(**one) for one in values.get("agreements", ())],
        variants=[one.variant for one in standings],
        outcome=Outcome(
            verdicts=(),
            scores=(),
            unmarked=frozenset(),
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
