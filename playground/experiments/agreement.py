"""How far those who marked the same answers agree: people with each other, with rule and judge."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from playground.experiments.models.mark import Mark, Source
from playground.experiments.statistics.agreement import cohen, fleiss
from playground.experiments.statistics.intervals import wilson
from playground.experiments.statistics.pairs import MIN_CASES
from playground.experiments.statistics.repeats import majority

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Mapping

    from playground.experiments.models.experiment import Experiment
    from playground.experiments.statistics.intervals import Interval

    Verdicts = Mapping[uuid.UUID, bool | None]


@dataclass(frozen=True)
class Agreed:
    """who: of whom it is said. agreed of n answers that both have a verdict on."""

    who: str
    agreed: int
    n: int
    kappa: float | None
    is_of_judge: bool = False

    @property
    def interval(self) -> Interval | None:
        return wilson(self.agreed, self.n)


def agreements_of(experiment: Experiment) -> list[Agreed]:
    """Return what can be said: rule and people, each judge and people, people among themselves."""
    people = _people(experiment)
    together = {
        run: said
        for run, marks in people.items()
        if (said := majority(list(marks.values()))) is not None
    }
    found = [_of_two("People and the rule", together, _rule(experiment))]
    for judge in experiment.judges.all():
        marks = Mark.objects.filter(judge=judge, right__isnull=False)
        verdicts = dict(marks.values_list("run", "right"))
        agreed = _of_two(f"People and the judge {judge.model_id}", together, verdicts)
        found.append(replace(agreed, is_of_judge=True))
    found.append(_of_people(people))
    return [one for one in found if one.n]


def is_unchecked(source: str, found: Iterable[Agreed]) -> bool:
    """Whether these are a judge's marks, and people have marked too few of the same answers."""
    checked = max((one.n for one in found if one.is_of_judge), default=0)
    return source == Source.JUDGE and checked < MIN_CASES


def _rule(experiment: Experiment) -> Verdicts:
    marks = Mark.objects.deciding(Source.RULE).filter(
        run__comparison=experiment.pk, right__isnull=False
    )
    return dict(marks.values_list("run", "right"))


def _people(experiment: Experiment) -> dict[uuid.UUID, dict[int | None, bool | None]]:
    """Return the verdicts by run and person."""
    marks = Mark.objects.filter(
        run__comparison=experiment.pk, source=Source.PERSON, right__isnull=False
    )
    people: defaultdict[uuid.UUID, dict[int | None, bool | None]] = defaultdict(dict)
    for run, account, right in marks.values_list("run", "account", "right"):
        people[run][account] = right
    return people


def _of_two(who: str, first: Verdicts, second: Verdicts) -> Agreed:
    found = cohen((first[run], second[run]) for run in first if run in second)
    return Agreed(who, found.agreed, found.n, found.kappa)


def _of_people(people: Mapping[uuid.UUID, Mapping[int | None, bool | None]]) -> Agreed:
    names = {name for marks in people.values() for name in marks}
    if len(names) == 2:
        first, second = names
        found = cohen((marks.get(first), marks.get(second)) for marks in people.values())
        return Agreed("Two people", found.agreed, found.n, found.kappa)
    cells = [[one for one in marks.values() if one is not None] for marks in people.values()]
    found = fleiss(cells)
    return Agreed(f"{len(names)} people", found.agreed, found.n, found.kappa)
