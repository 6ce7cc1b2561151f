"""Versions: edited in place until an experiment uses one, copied then, and compared by case."""

from __future__ import annotations

from dataclasses import replace
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from playground.experiments import cases, versions
from playground.experiments.models.test_set import Case, CaseImage
from tests.experiments.sets import started, version_of

if TYPE_CHECKING:
    from playground.experiments.models.test_set import Version

pytestmark = pytest.mark.django_db


def correct(version: Version, place: int, expected: str) -> None:
    """Give the case at this place another right answer."""
    case = version.cases.get(position=place)
    content = cases.Content.of(case)
    cases.change(version.test_set, case.key, replace(content, expected=expected), content.digest)


def rights(version: Version) -> list[str]:
    return list(version.cases.values_list("expected", flat=True))


def test_a_version_that_nobody_used_is_edited_in_place() -> None:
    version = version_of("1", "2")
    correct(version, 0, "7")
    assert version.test_set.versions.count() == 1
    assert rights(version) == ["7", "2"]


@pytest.mark.usefixtures("upstream")
def test_the_first_edit_after_an_experiment_begins_the_next_version() -> None:
    version = version_of("1", "2", images=True)
    started(version)
    correct(version, 0, "7")
    newest = versions.newest_of(version.test_set)
    assert newest.number == 2
    assert (rights(version), rights(newest)) == (["1", "2"], ["7", "2"])


@pytest.mark.usefixtures("upstream")
def test_a_further_edit_stays_in_the_version_that_was_begun() -> None:
    version = version_of("1", "2")
    started(version)
    correct(version, 0, "7")
    correct(versions.newest_of(version.test_set), 1, "8")
    assert version.test_set.versions.count() == 2


@pytest.mark.usefixtures("upstream")
def test_an_edit_that_changes_nothing_begins_no_version() -> None:
    version = version_of("1")
    started(version)
    correct(version, 0, "1")
    assert version.test_set.versions.count() == 1


def test_a_copy_has_the_cases_with_their_keys_and_images() -> None:
    version = version_of("1", "2", images=True)
    copy = versions.begin_next(version)
    assert versions.values_of(copy) == versions.values_of(version)
    assert CaseImage.objects.filter(case__version=copy).count() == 2


def test_a_difference_names_what_was_added_removed_and_changed() -> None:
    old = version_of("1", "2", "3")
    new = versions.begin_next(old)
    correct(new, 0, "7")
    cases.remove(new.test_set, new.cases.get(position=1).key)
    cases.add(new.test_set, [cases.Content(question="How many?", expected="4")])
    found = versions.difference(old, new)
    assert found.words == "1 added, 1 removed, 1 changed"
    said = [(one.word, one.pairs) for one in found.changes]
    assert said == [
        ("added", [("", "", "4")]),
        ("removed", [("", "2", "")]),
        ("changed", [("", "1", "7")]),
    ]


def test_a_case_that_moved_up_has_not_changed() -> None:
    old = version_of("1", "2")
    new = versions.begin_next(old)
    cases.remove(new.test_set, new.cases.get(position=0).key)
    assert versions.difference(old, new).words == "1 removed"


def test_an_old_version_is_brought_back_as_a_new_one() -> None:
    old = version_of("1", "2")
    versions.begin_next(old)
    correct(versions.newest_of(old.test_set), 0, "7")
    assert rights(versions.restore(old)) == ["1", "2"]
    assert old.test_set.versions.count() == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("upstream")
def test_two_tabs_begin_one_version() -> None:
    version = version_of("1", "2")
    started(version)
    together = Barrier(2)

    def edit(place: int) -> None:
        together.wait()
        correct(version, place, "7")
        connection.close()

    tabs = [Thread(target=edit, args=[place]) for place in (0, 1)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert version.test_set.versions.count() == 2
    assert rights(versions.newest_of(version.test_set)) == ["7", "7"]


def test_places_have_no_gap_after_a_removal() -> None:
    version = version_of("1", "2", "3", "4")
    cases.remove(version.test_set, version.cases.get(position=1).key)
    assert list(Case.objects.values_list("position", "expected")) == [(0, "1"), (1, "3"), (2, "4")]


def test_a_case_that_was_changed_meanwhile_is_not_overwritten() -> None:
    version = version_of("1")
    case = version.cases.get()
    before = cases.Content.of(case)
    correct(version, 0, "7")
    with pytest.raises(cases.CaseChangedError):
        cases.change(version.test_set, case.key, replace(before, expected="8"), before.digest)
    assert rights(version) == ["7"]


def test_a_set_takes_no_more_cases_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases, "MAX_CASES", 2)
    version = version_of("1", "2")
    with pytest.raises(cases.TooManyCasesError):
        cases.add(version.test_set, [cases.Content(question="One more?")])
    assert version.cases.count() == 2
