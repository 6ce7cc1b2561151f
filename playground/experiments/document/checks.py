"""What is wrong with a document as a whole: models, sizes, variables that no case has."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count

from playground.catalog import capabilities, offered
from playground.experiments.document.fields import MAX_TEXT_LENGTH
from playground.experiments.plan import unfilled
from playground.experiments.size import ExperimentSize
from playground.submission.variables import VARIABLE
from playground.web.formatting import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from playground.experiments.document.problems import Problems
    from playground.experiments.models.test_set import Version
    from playground.experiments.plan import Column

NO_PROMPT = "Give a prompt, for all variants or for this one: not every case has a question."


class AskedCase(NamedTuple):
    """A case, as far as it matters to what can be asked. images: how many."""

    images: int
    question: str
    variables: Mapping[str, str]


def cases_of(version: Version) -> list[AskedCase]:
    """Return the cases of a kept test set."""
    rows = version.cases.order_by("position").annotate(image_count=Count("images"))
    return [AskedCase(*one) for one in rows.values_list("image_count", "question", "variables")]


def check(
    columns: Sequence[Column], cases: Sequence[AskedCase], repeats: int, problems: Problems
) -> None:
    """Note what cannot be asked."""
    size = ExperimentSize(len(cases), len(columns), repeats)
    if size.refusal:
        problems.add("cases", size.refusal)
    _check_models(columns, max((one.images for one in cases), default=0), problems)
    if not all(one.question.strip() for one in cases):
        for at, one in enumerate(columns):
            if not one.prompt.strip():
                problems.add(f"variants[{at}].prompt", NO_PROMPT)
    names = {name for one in cases for name in one.variables}
    for name in unfilled(columns, list(names)) if cases else ():
        problems.add("prompt", f"{{{{{name}}}}} is a variable that no case has.")
    for at in _too_long(columns, cases):
        words = f"With its variables the text is longer than {MAX_TEXT_LENGTH:,} characters."
        problems.add(f"cases[{at}]", words)


def _check_models(columns: Sequence[Column], images: int, problems: Problems) -> None:
    for at, one in enumerate(columns):
        if one.model and not offered.may_run(one.model):
            problems.add(f"variants[{at}].model", f"{one.model} is not in the catalogue.")
    named = [(at, one) for at, one in enumerate(columns) if one.model]
    accepted = capabilities.accepts([one.model for _, one in named])
    for (at, column), model in zip(named, accepted, strict=True):
        refused = model.options_refused(column.options, sweeps=False)
        if model.images_refused(images):
            refused["model"] = f"{model.in_short()}. A case has {counted(images, 'image')}."
        for name, words in refused.items():
            problems.add(f"variants[{at}].{name}", words)


def _too_long(columns: Sequence[Column], cases: Iterable[AskedCase]) -> Iterator[int]:
    """Yield the cases whose filled texts would be too long, without filling them."""
    shared = [_Length.of(text) for one in columns for text in (one.prompt, one.system_prompt)]
    for at, case in enumerate(cases):
        own = [_Length.of(case.question)] if case.question else []
        if any(one.filled(case.variables) > MAX_TEXT_LENGTH for one in (*shared, *own)):
            yield at


class _Length(NamedTuple):
    """The length of a text, and how often each variable stands in it and how long."""

    plain: int
    variables: Counter[tuple[str, int]]

    @classmethod
    def of(cls, text: str) -> _Length:
        found = Counter((one[1], len(one[0])) for one in VARIABLE.finditer(text))
        return cls(len(text), found)

    def filled(self, values: Mapping[str, str]) -> int:
        return self.plain + sum(
            times * (len(values[name]) - length)
            for (name, length), times in self.variables.items()
            if name in values
        )
