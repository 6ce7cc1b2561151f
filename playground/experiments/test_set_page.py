"""What the page of a test set shows: the cases that fit the filters, and what all of them have."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import Cast

from playground.experiments.models.test_set import CaseImage
from playground.experiments.versions import Difference, difference

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.db.models import QuerySet
    from django.http import QueryDict

    from playground.experiments.models.test_set import Case, TestSet, Version

PAGE_SIZE = 20
MAX_COLUMNS = 3  # variables with a column of their own
MAX_COMPARED_UNASKED = 1_000  # cases of two versions; what takes longer is a link
MAX_SEARCH_LENGTH = 200
MAX_TAGS = 100  # that are offered: the most frequent
MAX_READ = 500  # cases whose variables are looked at for their names
VALUES = {"": "Any value", "none": "No value yet", "some": "With a value"}


@dataclass(frozen=True)
class Filters:
    """As the address carries them; what cannot be read is none."""

    q: str = ""
    tag: str = ""
    value: str = ""
    page: int = 1

    @classmethod
    def of(cls, query: QueryDict) -> Filters:
        q, tag = (query.get(name, "").replace("\x00", " ").strip() for name in ("q", "tag"))
        value, page = query.get("value", ""), query.get("page", "")
        number = int(page) if page.isascii() and page.isdecimal() and len(page) < 6 else 1
        value = value if value in VALUES else ""
        return cls(q[:MAX_SEARCH_LENGTH], tag[:MAX_SEARCH_LENGTH], value, max(number, 1))

    def __bool__(self) -> bool:
        return bool(self.q or self.tag or self.value)

    def cases(self, version: Version) -> QuerySet[Case]:
        cases = version.cases.order_by("position")
        cases = cases.mentioning(self.q) if self.q else cases
        cases = cases.tagged(self.tag) if self.tag else cases
        if self.value:
            cases = (
                cases.filter(expected="") if self.value == "none" else cases.exclude(expected="")
            )
        return cases


@dataclass(frozen=True)
class CaseRow:
    """One case as a row. values: of the variables with a column; others: all the rest."""

    number: int
    key: UUID
    images: Sequence[CaseImage]
    values: list[str]
    others: list[tuple[str, str]]
    question: str
    expected: str
    tags: list[str]
    note: str

    @classmethod
    def of(cls, case: Case, columns: Sequence[str]) -> CaseRow:
        return cls(
            number=case.position + 1,
            key=case.key,
            images=list(case.images.all()),
            values=[case.variables.get(name, "") for name in columns],
            others=[(name, text) for name, text in case.variables.items() if name not in columns],
            question=case.question,
            expected=case.expected,
            tags=case.tags,
            note=case.note,
        )

    @property
    def file_names(self) -> str:
        return ", ".join(one.name for one in self.images if one.name)

    @property
    def title(self) -> str:
        """What tells it from others where there is no room for more."""
        return self.file_names or next(filter(None, self.values), "") or f"case {self.number}"


@dataclass(frozen=True)
class Facts:
    """What the cases of a version have. names: of variables, in the order they come."""

    cases: int
    images: int
    with_value: int
    names: list[str]
    tags: list[tuple[str, int]]

    @classmethod
    def of(cls, version: Version) -> Facts:
        some = version.cases.order_by("position").values_list("variables", flat=True)[:MAX_READ]
        counts = version.cases.aggregate(
            cases=Count("pk"), with_value=Count("pk", filter=~Q(expected=""))
        )
        return cls(
            **counts,
            images=CaseImage.objects.filter(case__version=version).count(),
            names=list(dict.fromkeys(name for variables in some for name in variables)),
            tags=_tags(version),
        )


def _tags(version: Version) -> list[tuple[str, int]]:
    """Return each tag and how many cases have it. Lists of tags are few, however many cases."""
    text = Cast("tags", models.TextField())
    lists = version.cases.order_by().annotate(text=text).values_list("text")
    count: Counter[str] = Counter()
    for tags, cases in lists.annotate(cases=Count("pk")):
        count.update(dict.fromkeys(json.loads(tags), cases))
    return count.most_common(MAX_TAGS)


def page_context(version: Version, filters: Filters, names: Sequence[str]) -> dict[str, Any]:
    """Return one page of the cases that fit. names: of variables; the first have a column each."""
    columns = names[:MAX_COLUMNS]
    cases = filters.cases(version).prefetch_related("images__image")
    page = Paginator(cases, PAGE_SIZE).get_page(filters.page)
    rows = [CaseRow.of(one, columns) for one in page]
    return {"page": page, "rows": rows, "columns": columns, "width": max(len(columns), 1) + 4}


def page_of(position: int) -> int:
    """Return the number of the page that a case is on, where nothing is filtered."""
    return position // PAGE_SIZE + 1


@dataclass(frozen=True)
class VersionRow:
    """A version in the list of them. difference: to the one before, None where nobody asked."""

    version: Version
    cases: int
    is_used: bool
    is_first: bool
    difference: Difference | None = None


def version_rows(test_set: TestSet, shown: Version, *, compared: bool) -> list[VersionRow]:
    """Return all versions, newest first; that which is shown with what it changed."""
    found: list[Any] = list(test_set.versions.with_counts().order_by("-number"))
    return [
        VersionRow(
            version=one,
            cases=one.case_count,
            is_used=bool(one.experiment_count),
            is_first=before is None,
            difference=_difference(before, one, compared) if before and one == shown else None,
        )
        for one, before in zip_longest(found, found[1:])
    ]


def _difference(before: Any, version: Any, compared: bool) -> Difference | None:
    few = before.case_count + version.case_count <= MAX_COMPARED_UNASKED
    return difference(before, version) if few or compared else None
