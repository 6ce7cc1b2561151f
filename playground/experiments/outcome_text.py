"""The outcome of an experiment as Markdown, which files have above the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.comparisons.labels import labels_of
from playground.experiments.decision import decision_of, first_choice
from playground.experiments.frozen import marks_of
from playground.experiments.models.mark import Source
from playground.experiments.outcome import outcome_of
from playground.exports.as_markdown import inline
from playground.exports.redaction import ShownVerdict
from playground.web.formatting import money

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from playground.comparisons.labels import Label
    from playground.experiments.decision import Decision
    from playground.experiments.models.experiment import Experiment
    from playground.experiments.outcome import Outcome, Standing
    from playground.experiments.statistics.intervals import Interval
    from playground.runs.models.run import Run

PAIR_HEAD = ("A", "B", "Images", "Only A", "Only B", "p", "p, corrected", "Verdict")


def outcome_text(experiment: Experiment) -> str:
    """Return what its first rule says now, for who sees all of it."""
    outcome = outcome_of(experiment)
    labels = labels_of([one.variant for one in outcome.standings])
    return outcome_as_markdown(outcome, labels, Source.RULE, costs=True)


def verdicts_of(experiment: Experiment, runs: Iterable[Run]) -> dict[int, ShownVerdict]:
    """Return what its first rule says now of each of these runs, by their numbers from 1."""
    marks = marks_of(experiment, Source.RULE)
    said = ((number, marks.get(run.pk)) for number, run in enumerate(runs, start=1))
    return {
        number: ShownVerdict(mark[0], f"Read {mark[1]}" if mark[1] else mark[2])
        for number, mark in said
        if mark and mark[0] is not None
    }


def outcome_as_markdown(
    outcome: Outcome, labels: Sequence[Label], source: Source, *, costs: bool
) -> str:
    """Return its tables below a heading of the second level. costs: whether with costs."""
    names = [one.text for one in labels]
    head = [
        "Variant",
        "Right",
        "95% interval",
        "Mean score",
        "Median",
        *(["Cost"] if costs else []),
    ]
    rows = map(_standing, names, outcome.standings)
    by = "" if source == Source.RULE else f", marked by {source.label.lower()}"
    parts = [f"## Outcome{by}", _table(head, [row[: len(head)] for row in rows])]
    if outcome.pairs:
        best = decision_of(outcome, labels, *first_choice(outcome.standings))
        parts += [_sentence(best)] if best else []
        decisions = (decision_of(outcome, labels, one.a, one.b) for one in outcome.pairs)
        parts.append(_table(PAIR_HEAD, [_pair(one) for one in decisions if one]))
    if outcome.tags:
        tags = [[one.tag, str(one.cases), *(_of(*n) for n in one.right)] for one in outcome.tags]
        parts.append(_table(["Tag", "Images", *map(inline, names)], tags))
    return "\n\n".join(parts)


def _standing(name: str, one: Standing) -> list[str]:
    score = "" if one.score is None else f"{one.score:.2f}"
    seconds = "" if one.seconds is None else f"{one.seconds:.1f} s"
    cost = "" if one.cost.amount is None else money(one.cost.amount)
    return [name, _of(one.right, one.n), _range(one.interval), score, seconds, cost]


def _sentence(one: Decision) -> str:
    a, b = (label.text for label in one.labels)
    said = f"{a} (A) against {b} (B): they differ on {one.differ} of {one.of}, "
    said += f"{one.pair.only_a} for A and {one.pair.only_b} for B: {one.verdict}. {one.forecast}"
    return inline(said)


def _pair(one: Decision) -> list[str]:
    pair, (a, b) = one.pair, one.labels
    chances = [f"{pair.p:.2g}", f"{pair.p_holm:.2g}"] if one.is_counted else ["", ""]
    counts = map(str, (pair.n, pair.only_a, pair.only_b))
    return [a.text, b.text, *counts, *chances, one.verdict]


def _of(right: int, n: int) -> str:
    return f"{right} of {n}" if n else "–"


def _range(interval: Interval | None) -> str:
    return f"{100 * interval.low:.0f}–{100 * interval.high:.0f}%" if interval else ""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *(list(map(inline, row)) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
