"""The versions of a test set: which one may be edited, how the next begins, what two differ in.

A version is edited in place until an experiment uses it; the first edit after that begins the next.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from playground.experiments.models.test_set import Case, CaseImage, TestSet, Version
from playground.storage.writes import orderly_writes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

MAX_SHOWN_CHANGES = 50
COPIED = ("position", "key", "variables", "question", "expected", "tags", "note")


@contextmanager
def editing(test_set: TestSet) -> Iterator[Version]:
    """Give the version to edit, alone: two tabs begin one version, and no experiment starts."""
    with orderly_writes(), transaction.atomic():
        TestSet.objects.lock(test_set.pk)
        newest = newest_of(test_set)
        yield begin_next(newest) if newest.experiments.exists() else newest


def newest_of(test_set: TestSet) -> Version:
    return test_set.versions.newest().get()


def restore(version: Version) -> Version:
    """Make the cases of an old version those of a new one."""
    with orderly_writes(), transaction.atomic():
        TestSet.objects.lock(version.test_set_id)
        return begin_next(version)


def begin_next(version: Version) -> Version:
    """Copy the cases into a version behind the newest, within the database."""
    number = newest_of(version.test_set).number + 1
    new = Version.objects.create(test_set_id=version.test_set_id, number=number)
    columns = ", ".join(COPIED)
    case, image = Case._meta.db_table, CaseImage._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {case} (version_id, {columns}) "  # noqa: S608 - our names
            f"SELECT %s, {columns} FROM {case} WHERE version_id = %s",
            [new.pk, version.pk],
        )
        cursor.execute(
            f"INSERT INTO {image} (case_id, position, image_id, name) "  # noqa: S608 - our names
            f"SELECT new.id, image.position, image.image_id, image.name FROM {case} AS old "
            f"JOIN {case} AS new ON new.key = old.key AND new.version_id = %s "
            f"JOIN {image} AS image ON image.case_id = old.id WHERE old.version_id = %s",
            [new.pk, version.pk],
        )
    return new


@dataclass(frozen=True)
class CaseValues:
    """What a version says of one case. images: hash and name of each."""

    position: int
    variables: dict[str, str]
    question: str
    expected: str
    tags: list[str]
    note: str
    images: tuple[tuple[str, str], ...] = ()

    @property
    def title(self) -> str:
        """What tells it from others: file, variables, question, or its number."""
        names = [name for _, name in self.images if name]
        parts = names[:1] + list(self.variables.values())[:1]
        return ", ".join(parts) or self.question or f"case {self.position + 1}"

    @property
    def parts(self) -> dict[str, str]:
        """Return what it says, each part as one text, but for its place."""
        return {
            "": self.expected,
            **{f"{{{{{name}}}}}": text for name, text in sorted(self.variables.items())},
            "question": self.question,
            "tags": ", ".join(self.tags),
            "note": self.note,
            "images": ", ".join(name or image[:12] for image, name in self.images),
        }

    def is_like(self, other: CaseValues) -> bool:
        return replace(self, position=other.position) == other


@dataclass(frozen=True)
class Change:
    """One case that two versions do not share. old, new: None where it is not there."""

    old: CaseValues | None
    new: CaseValues | None

    @property
    def word(self) -> str:
        return "changed" if self.old and self.new else "removed" if self.old else "added"

    @property
    def title(self) -> str:
        known = self.new or self.old
        return known.title if known else ""

    @property
    def pairs(self) -> list[tuple[str, str, str]]:
        """Return name, old and new of each part that differs; of a whole case the right answer."""
        before, after = (one.parts if one else {} for one in (self.old, self.new))
        names = dict.fromkeys([*before, *after]) if self.old and self.new else [""]
        pairs = [(name, before.get(name, ""), after.get(name, "")) for name in names]
        return [(name, old, new) for name, old, new in pairs if old != new]


@dataclass(frozen=True)
class Difference:
    """What became of the cases of a version: by their keys, in the order of the new one."""

    changes: list[Change]

    @property
    def words(self) -> str:
        count = Counter(one.word for one in self.changes)
        said = [
            f"{count[word]:,} {word}" for word in ("added", "removed", "changed") if count[word]
        ]
        return ", ".join(said) or "The same cases"

    @property
    def first_changes(self) -> list[Change]:
        return self.changes[:MAX_SHOWN_CHANGES]

    @property
    def more(self) -> int:
        return max(len(self.changes) - MAX_SHOWN_CHANGES, 0)


def difference(old: Version, new: Version) -> Difference:
    before, after = values_of(old), values_of(new)
    both = [Change(before[key], one) for key, one in after.items() if key in before]
    return Difference(
        [
            *(Change(None, one) for key, one in after.items() if key not in before),
            *(Change(one, None) for key, one in before.items() if key not in after),
            *(one for one in both if one.old and one.new and not one.old.is_like(one.new)),
        ]
    )


def changed_answers(old: Version, new: Version) -> int | None:
    """Return how many expected values differ; None where the cases ask something else."""
    before, after = values_of(old), values_of(new)
    if _asked(before) != _asked(after):
        return None
    return sum(before[key].expected != one.expected for key, one in after.items())


def _asked(cases: dict[UUID, CaseValues]) -> dict[UUID, CaseValues]:
    return {key: replace(one, expected="", tags=[], note="") for key, one in cases.items()}


def values_of(version: Version) -> dict[UUID, CaseValues]:
    """Return the cases by their keys, in their order."""
    images: dict[int, list[tuple[str, str]]] = {}
    rows = CaseImage.objects.filter(case__version=version).order_by("case", "position")
    for case, image, name in rows.values_list("case", "image", "name"):
        images.setdefault(case, []).append((image, name))
    names = ("key", "pk", "position", "variables", "question", "expected", "tags", "note")
    cases: Any = version.cases.order_by("position").values_list(*names)
    return {
        key: CaseValues(place, variables, question, expected, tags, note, tuple(images.get(pk, ())))
        for key, pk, place, variables, question, expected, tags, note in cases
    }
