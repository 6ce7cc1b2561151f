"""How runs are listed: newest first by form, each filter with an index of its own.

A form is a run, or a comparison with all its runs. The runs of one form share `listed_at`, the
moment of the form, so that any question about runs, read along an index that ends with this
column, meets its forms in the order of History and one after the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.db.models.functions import Left, Now

from playground.accounts.visibility import Row
from playground.runs.search.index import SearchableQuerySet
from playground.runs.status import RunStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from typing import Self

    MomentField = models.DateTimeField[Any, Any]
else:
    MomentField = models.DateTimeField

MAX_LINKS = 10_000  # that are looked through
EXCERPT = 300  # characters of a prompt that a list shows at most
# What a list shows of each run. Not in here: prompts, answers, requests, responses.
LIST_COLUMNS = (
    *(
        "id",
        "owner",
        "project",
        "comparison",
        "position",
        "retry_of",
        "starred",
        "created_at",
        "listed_at",
    ),
    *("provider", "model_id", "temperature", "max_tokens", "reasoning", "priority", "max_edge"),
    *("parameters", "units", "price", "status", "finished_at", "answer_state", "flagged"),
)


class ListedAtField(MomentField):
    """The moment of the run's form, set at its insert: its comparison's, or the run's own."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        run: Any = model_instance
        if add:
            run.listed_at = run.comparison.created_at if run.comparison_id else run.created_at
        return super().pre_save(model_instance, add)

    def deconstruct(self) -> Any:
        """In migrations a plain column: they fill it themselves."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.DateTimeField", args, kwargs


class ListedQuerySet(SearchableQuerySet[Row]):
    def not_sealed(self) -> Self:
        """Without the runs of blind comparisons whose names are still hidden."""
        return self.exclude(SEALED)

    def between(self, start: datetime | None, end: datetime | None) -> Self:
        runs = self.filter(listed_at__gte=start) if start else self
        return runs.filter(listed_at__lt=end) if end else runs

    def before(self, moment: datetime | None) -> Self:
        """Runs of older forms than this moment, newest form first."""
        runs = self.filter(listed_at__lt=moment) if moment else self
        return runs.order_by("-listed_at")

    def for_list(self) -> Self:
        """Only what a list shows."""
        return self.only(*LIST_COLUMNS)

    def with_prompt_start(self) -> Self:
        """Also the prompt's beginning, and whether there is a system prompt, without reading it."""
        return self.annotate(
            prompt_start=Left("prompt", EXCERPT),
            with_system_prompt=models.ExpressionWrapper(
                ~Q(system_prompt=""), output_field=models.BooleanField()
            ),
        )


CONDITIONS: dict[str, Callable[[str], Q]] = {
    "model": lambda value: Q(model_id=value),
    "provider": lambda value: Q(provider=value),
    "status": RunStatus.filter,
    "starred": lambda _value: Q(starred=True),
    "shared": lambda _value: _is_shared(),
    "tag": lambda value: Q(run_tags__tag__in=list(_model("Tag").filter(name=value))),
    "kind": lambda value: Q(comparison__isnull=value == "single"),
}


def _model(name: str) -> Any:
    return apps.get_model("playground", name)._default_manager


def _is_shared() -> Q:
    """A link to it opens, or to its comparison. Links are made one by one: there are few."""
    links = list(_model("Share").live().values_list("run", "comparison")[:MAX_LINKS])
    runs, comparisons = [run for run, _ in links if run], [one for _, one in links if one]
    return Q(pk__in=runs) | Q(comparison__in=comparisons)


NAMING, TELLING = {"model", "provider"}, {"status", "starred", "shared", "tag", "q"}
SEALED = Q(comparison__blind=True, comparison__revealed_at__isnull=True)


def conditions(filters: Mapping[str, str]) -> list[Q]:
    """Return what a run has to fulfil. A search counts as a filter here, for what it tells.

    A model and what an answer is like, together, would say which answer of a blind comparison is
    the model's: such a question leaves sealed ones out.
    """
    asked = [condition(name, value) for name, value in filters.items() if name in CONDITIONS]
    crossed = NAMING.intersection(filters) and TELLING.intersection(filters)
    return [*asked, Q(comparison__isnull=True) | ~SEALED] if crossed else asked


def condition(name: str, value: str) -> Q:
    """Return what a filter of History means for a run."""
    return CONDITIONS[name](value)


def _listed(name: str, *fields: str, only: Q | None = None) -> models.Index:
    there = Q(deleted_at__isnull=True)
    where = there & only if only is not None else there
    return models.Index(fields=[*fields, "listed_at"], name=f"run_listed_{name}", condition=where)


LISTING_INDEXES = [
    _listed("newest"),
    _listed("owner", "owner", only=Q(project__isnull=True)),
    _listed("project", "project", only=Q(project__isnull=False)),
    _listed("model", "model_id"),
    _listed("provider", "provider"),
    _listed("status", "status"),
    _listed("state", "answer_state"),
    _listed("starred", only=Q(starred=True)),
    _listed("flagged", only=Q(flagged=True)),
    _listed("compared", only=Q(comparison__isnull=False)),
    _listed("single", only=Q(comparison__isnull=True)),
]


def listed_at_field() -> ListedAtField:
    # A web process of the release before does not know the column and may still insert rows.
    return ListedAtField(editable=False, db_default=Now())
