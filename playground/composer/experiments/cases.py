"""Which test sets an experiment can use, and what is in the one that was chosen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from playground.experiments.models.test_set import Case, TestSet, Version
from playground.web.formatting import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from playground.accounts.visitor import Visitor
    from playground.experiments.models.test_set import CaseImage, VersionQuerySet
    from playground.images.models import Image

MAX_SETS = 200  # that a select lists, newest first
STRIP = 5  # images that are shown of a test set


def versions_of(visitor: Visitor) -> VersionQuerySet:
    sets = TestSet.objects.visible_to(visitor)
    found: VersionQuerySet = Version.objects.filter(test_set__in=sets).select_related("test_set")
    return found


def choices(visitor: Visitor, chosen: Version | None) -> list[tuple[Version, str]]:
    """Return the newest version of each test set, and the chosen one where it is an older one."""
    listed = list(versions_of(visitor).newest().order_by("-created_at")[:MAX_SETS])
    if chosen and chosen not in listed:
        listed.insert(0, chosen)
    rows = Case.objects.filter(version__in=listed).order_by().values_list("version")
    counts = dict(rows.annotate(count=Count("pk")))
    return [(one, f"{one}, {counted(counts.get(one.pk, 0), 'case', ',')}") for one in listed]


@dataclass(frozen=True)
class Cases:
    """What the cases of a version have. names: of variables, each with how many cases have it.

    unknown: cases without an expected value. own_questions: cases that ask one of their own.
    """

    version: Version
    count: int
    images: int
    most_images: int
    names: Mapping[str, int]
    unknown: int
    own_questions: int
    first: Sequence[Image]
    expected: str

    @classmethod
    def of(cls, version: Version) -> Cases:
        rows = version.cases.order_by()
        sums = rows.aggregate(
            count=Count("pk"),
            unknown=Count("pk", filter=Q(expected="")),
            own_questions=Count("pk", filter=~Q(question="")),
        )
        of_each = rows.annotate(n=Count("images")).values_list("n", flat=True)
        counts = Counter(of_each)
        names = Counter(name for one in rows.values_list("variables", flat=True) for name in one)
        return cls(
            version,
            images=sum(n * cases for n, cases in counts.items()),
            most_images=max(counts, default=0),
            names=names,
            first=_first_images(version),
            expected=_first_expected(version),
            **sums,
        )

    def asked(self) -> Iterator[Case]:
        """Read what each case asks, in their order."""
        return self.version.cases.only("question", "variables").iterator()

    @property
    def noun(self) -> str:
        """`image` where each case has one, so that both are the same number."""
        return "image" if self.most_images == 1 and self.images == self.count else "case"

    @property
    def others(self) -> str:
        """How many cases are not shown; empty for none."""
        left = self.count - len(self.first)
        return f"{left:,}" if left > 0 else ""

    @property
    def words(self) -> list[str]:
        """What is worth knowing before anything is asked about them."""
        said = {
            "without an expected value": self.unknown,
            "with a question of their own, which is asked instead of the prompts": (
                self.own_questions
            ),
        }
        return [f"{counted(n, 'case', ',')} {what}" for what, n in said.items() if n]


def _first_images(version: Version) -> list[Image]:
    cases = version.cases.prefetch_related("images__image")[:STRIP]
    firsts: list[CaseImage] = [image for one in cases for image in one.images.all()[:1]]
    return [one.image for one in firsts]


def _first_expected(version: Version) -> str:
    found = version.cases.exclude(expected="").values_list("expected", flat=True)
    return found.first() or ""
