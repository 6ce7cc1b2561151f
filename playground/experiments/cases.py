"""Adds, changes and removes the cases of a test set, in the version that may be edited."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import F

from playground.experiments.models.test_set import MAX_CASES, Case, CaseImage
from playground.experiments.versions import editing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from playground.experiments.models.test_set import TestSet, Version

BATCH_SIZE = 500
BEYOND = 10_000_000  # where cases are put while their places change: two may never share one


class CaseChangedError(Exception):
    """Somebody else changed or removed the case since it was read."""


class TooManyCasesError(Exception):
    """A test set has at most MAX_CASES cases."""


@dataclass(frozen=True)
class Content:
    """What a case says.

    images: each with the name of its file; of one that is only written yet, what stands there:
    names, hashes or data URIs.
    """

    images: tuple[Any, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)
    question: str = ""
    expected: str = ""
    tags: tuple[str, ...] = ()
    note: str = ""

    @classmethod
    def of(cls, case: Case) -> Content:
        images = tuple((one.image, one.name) for one in case.images.select_related("image"))
        values = (case.variables, case.question, case.expected, tuple(case.tags), case.note)
        return cls(images, *values)

    def fill(self, case: Case) -> Case:
        case.variables, case.question, case.expected = self.variables, self.question, self.expected
        case.tags, case.note = list(self.tags), self.note
        return case

    @property
    def digest(self) -> str:
        """Return what tells a case that was changed meanwhile from one that was not."""
        images = [(image.pk, name) for image, name in self.images]
        said = [images, self.variables, self.question, self.expected, self.tags, self.note]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def add(test_set: TestSet, contents: Sequence[Content]) -> Version:
    """Put cases behind those that are there. Raises TooManyCasesError."""
    with editing(test_set) as version:
        there = version.cases.count()
        if there + len(contents) > MAX_CASES:
            raise TooManyCasesError
        append(version, contents, there)
    return version


def append(version: Version, contents: Iterable[Content], start: int) -> None:
    """Write cases from this place on, within a transaction."""
    rows = [
        (one.fill(Case(version=version, position=place)), one)
        for place, one in enumerate(contents, start)
    ]
    Case.objects.bulk_create([case for case, _ in rows], batch_size=BATCH_SIZE)
    images = [image for case, one in rows for image in _images(case, one)]
    CaseImage.objects.bulk_create(images, batch_size=BATCH_SIZE)


def _images(case: Case, content: Content) -> list[CaseImage]:
    return [
        CaseImage(case=case, position=place, image=image, name=name)
        for place, (image, name) in enumerate(content.images)
    ]


def change(test_set: TestSet, key: UUID, content: Content, seen: str) -> None:
    """Put the content in the place of what the case says.

    seen: digest of what was there when it was read. Raises CaseChangedError where it is not there.
    """
    if content.digest == seen:  # nothing was changed: no version begins
        return
    with editing(test_set) as version:
        case = version.cases.filter(key=key).first()
        if not case or Content.of(case).digest != seen:
            raise CaseChangedError
        content.fill(case).save()
        case.images.all().delete()
        CaseImage.objects.bulk_create(_images(case, content))


def remove(test_set: TestSet, key: UUID) -> None:
    """Take the case out; those behind it move up. One that is gone already stays gone."""
    if not test_set.versions.newest().filter(cases__key=key).exists():
        return
    with editing(test_set) as version:
        case = version.cases.filter(key=key).first()
        if case:
            case.delete()
            behind = version.cases.filter(position__gt=case.position).order_by()
            behind.update(position=F("position") + BEYOND)
            version.cases.filter(position__gte=BEYOND).order_by().update(
                position=F("position") - BEYOND - 1
            )
