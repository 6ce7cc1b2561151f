"""Starts what a document asks: once for each key, with a test set of its own or a kept one."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.text import Truncator

from playground.catalog import entries
from playground.experiments import cases, progress, test_sets
from playground.experiments.document.checks import AskedCase, cases_of, check
from playground.experiments.document.problems import DocumentError, Problems
from playground.experiments.document.reading import read
from playground.experiments.models.experiment import Experiment
from playground.experiments.models.test_set import MAX_NAME_LENGTH, TestSet
from playground.experiments.plan import Plan, lacking
from playground.experiments.size import ExperimentSize
from playground.experiments.versions import newest_of
from playground.runs.models.run import Run
from playground.spending.prices import estimate, total
from playground.storage.writes import orderly_writes
from playground.submission.create import (
    NO_PROJECT,
    NoProjectError,
    TokenReusedError,
    TokenSpentError,
    bring_back,
    is_spent,
    stored_token,
)
from playground.web.formatting import first_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playground.accounts.models import Account
    from playground.accounts.visitor import Visitor
    from playground.experiments.cases import Content
    from playground.experiments.document.images import Images
    from playground.experiments.document.reading import Document
    from playground.experiments.models.test_set import Version
    from playground.spending.prices import Estimate

NO_SET = "There is no such test set, or it is not yours."


@dataclass
class Asked:
    """A document that can be started. version: of the kept test set, if it names one."""

    document: Document
    visitor: Visitor
    images: Images
    version: Version | None
    cases: Sequence[AskedCase]

    @classmethod
    def of(cls, value: Any, visitor: Visitor, images: Images) -> Asked:
        """Check a plain value; nothing is kept. Raises DocumentError with all that is wrong."""
        problems = Problems()
        document = read(value, problems)
        if document.project is not None and not visitor.works_in(document.project):
            problems.add("project", NO_PROJECT)
        version = _version(document, visitor, problems)
        asked = cases_of(version) if version else _asked(document)
        if version and not asked:
            problems.add("test_set", "This test set has no cases.")
        check(document.columns, asked, document.repeats, problems)
        images.check(document.cases, problems)
        problems.refuse()
        return cls(document, visitor, images, version, asked)

    @property
    def size(self) -> ExperimentSize:
        return ExperimentSize(len(self.cases), len(self.document.columns), self.document.repeats)

    @property
    def words(self) -> str:
        """The size, and what a person may not have meant and is asked all the same."""
        texts = [text for one in self.document.columns for text in (one.prompt, one.system_prompt)]
        names = Counter(name for one in self.cases for name in one.variables)
        return "; ".join([self.size.words, *lacking(texts, names, len(self.cases))])

    def cost(self) -> Estimate:
        """Return about what all of it costs. amount: None where a price is not known."""
        times, owner = len(self.cases) * self.document.repeats, self.visitor.account
        return total(
            [
                estimate([entries.find(one.model)], owner, one.options.max_tokens) * times
                for one in self.document.columns
            ]
        )

    def start(self) -> tuple[Experiment, bool]:
        """Start it; with a key that was used, return what that started, and False.

        Raises DocumentError where an image cannot be kept, TokenReusedError, TokenSpentError and
        LimitReached; of all these nothing is left.
        """
        problems = Problems()
        self.images.keep(self.document.cases, problems)
        problems.refuse()
        contents = [replace(one, images=self.images.of(one)) for one in self.document.cases]
        written = _digest(self.document, contents)
        known = self.document.key and _known(self.document.key, written, self.visitor.account)
        return (known, False) if known else self._start(contents, written)

    def _start(self, contents: Sequence[Content], written: str) -> tuple[Experiment, bool]:
        version = self.version or self._keep(contents)
        try:
            return progress.start(self._plan(version, written), self.visitor.account)
        except NoProjectError:
            raise DocumentError({"project": [NO_PROJECT]}) from None
        finally:
            if not self.version:  # nothing of a start that came to nothing
                TestSet.objects.unused().filter(pk=version.test_set_id).delete()

    def _keep(self, contents: Sequence[Content]) -> Version:
        origin = "sent with an experiment"
        try:
            with orderly_writes(), transaction.atomic():
                owner, project = self.visitor.account, self.document.project
                version = test_sets.create(self.name, owner, origin, project)
                cases.append(version, contents, 0)
        except test_sets.TooManyTestSetsError:
            raise DocumentError({"cases": [test_sets.TOO_MANY]}) from None
        return version

    def _plan(self, version: Version, written: str) -> Plan:
        document = self.document
        names = (document.columns, document.rules, document.repeats, document.key)
        return Plan(self.name, version, *names, document.project, written)

    @property
    def name(self) -> str:
        known = self.document.name or (str(self.version.test_set) if self.version else "")
        first = next((one.prompt for one in self.document.columns if one.prompt), "")
        return Truncator(known or first_line(first) or "Experiment").chars(MAX_NAME_LENGTH)


def _version(document: Document, visitor: Visitor, problems: Problems) -> Version | None:
    if not document.test_set:
        return None
    found = TestSet.objects.visible_to(visitor).filter(pk=document.test_set).first()
    if not found:
        problems.add("test_set", NO_SET)
        return None
    return newest_of(found)


def _asked(document: Document) -> list[AskedCase]:
    return [AskedCase(len(one.images), one.question, one.variables) for one in document.cases]


def _digest(document: Document, contents: Sequence[Content]) -> str:
    """Return the SHA-256 of what is asked, images by their content."""
    asked = [
        document.name,
        [asdict(one) for one in document.columns],
        list(document.rules),
        document.repeats,
        str(document.test_set),
        [one.digest for one in contents],
        *([f"project {document.project}"] if document.project else []),
    ]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def _known(key: str, written: str, owner: Account | None) -> Experiment | None:
    """Return what was started with this key; brought back, if it was just deleted."""
    token = stored_token(key, owner)
    known = Experiment.objects.filter(form_token=token).first()
    if known and known.form_digest == written:
        bring_back(token, owner)
        return known
    if known or Run.everything.filter(form_token=token, owner=owner).exists():
        raise TokenReusedError
    if is_spent(token):
        raise TokenSpentError
    return None
