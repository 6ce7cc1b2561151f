"""What is wrong with a document as a whole: models, sizes, variables that no case has."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count

from playground.catalog import capabilities, offered
from playground.experiments.lengths import MAX_FILLED_LENGTH, too_long
from playground.experiments.plan import unfilled
from playground.experiments.size import ExperimentSize
from playground.web.formatting import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    for at in too_long(columns, cases):
        words = f"With its variables the text is longer than {MAX_FILLED_LENGTH:,} characters."
        problems.add(f"cases[{at}]", words)


def _check_models(columns: Sequence[Column], images: int, problems: Problems) -> None:
    for at, one in enumerate(columns):
        if one.model and not offered.may_run(one.model):
            problems.add(f"variants[{at}].model", f"{one.model} is not in the catalogue.")
    named = [(at, one) for at, one in enumerate(columns) if one.model]
    accepted = capabilities.accepts([one.model for _, one in named])
    for (at, column), model in zip(named, accepted, strict=True):
        refused = model.options_refused(column.options)
        if model.images_refused(images):
            refused["model"] = f"{model.in_short()}. A case has {counted(images, 'image')}."
        for name, words in refused.items():
            problems.add(f"variants[{at}].{name}", words)
