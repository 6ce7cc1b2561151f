"""Who belongs to a project, and that one keeper is always left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, transaction

from playground.accounts.projects import members
from playground.accounts.projects.models import Membership, Project, Role
from playground.accounts.visitor import Visitor
from tests.conftest import member

if TYPE_CHECKING:
    from playground.accounts.models import Account

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper() -> Account:
    return member("keeper")


@pytest.fixture
def project(keeper: Account) -> Project:
    return members.create("Receipts", keeper)


def joined(project: Project, keeper: Account, name: str, role: str = "work") -> Account:
    person = member(name)
    members.add(project.pk, keeper, name, role)
    return person


def role_of(project: Project, person: Account) -> str | None:
    return Visitor(account=person).projects.get(project.pk)


def test_who_makes_a_project_keeps_it(project: Project, keeper: Account) -> None:
    assert role_of(project, keeper) == Role.KEEP


def test_a_person_is_added_by_name_however_it_is_written(project: Project, keeper: Account) -> None:
    person = member("Mira")
    members.add(project.pk, keeper, "mira", "look")
    assert role_of(project, person) == Role.LOOK


@pytest.mark.parametrize("name", ["nobody", "gone"])
def test_nobody_is_added_who_cannot_sign_in(project: Project, keeper: Account, name: str) -> None:
    member("gone", is_active=False)
    with pytest.raises(members.RefusedError, match="Nobody here"):
        members.add(project.pk, keeper, name, "look")


def test_a_member_is_not_added_twice(project: Project, keeper: Account) -> None:
    joined(project, keeper, "mira", "look")
    with pytest.raises(members.RefusedError, match="already"):
        members.add(project.pk, keeper, "mira", "keep")
    assert project.memberships.get(account__username="mira").role == Role.LOOK


def test_the_database_holds_one_membership_a_person_and_project(
    project: Project, keeper: Account
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(project=project, account=keeper, role=Role.LOOK)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(project=project, account=member("other"), role="owns")
    with pytest.raises(IntegrityError), transaction.atomic():
        Project.objects.create(name="")


def test_the_last_keeper_stays_keeper(project: Project, keeper: Account) -> None:
    joined(project, keeper, "worker")
    with pytest.raises(members.RefusedError, match="one keeper"):
        members.leave(project.pk, keeper)
    with pytest.raises(members.RefusedError, match="one keeper"):
        members.remove(project.pk, keeper, keeper.pk)
    with pytest.raises(members.RefusedError, match="one keeper"):
        members.change_role(project.pk, keeper, keeper.pk, Role.WORK)
    assert role_of(project, keeper) == Role.KEEP


def test_of_two_keepers_one_may_leave(project: Project, keeper: Account) -> None:
    other = joined(project, keeper, "other", "keep")
    members.leave(project.pk, keeper)
    assert role_of(project, keeper) is None
    with pytest.raises(members.RefusedError):
        members.leave(project.pk, other)


def test_a_keeper_who_was_removed_meanwhile_changes_nothing(
    project: Project, keeper: Account
) -> None:
    other = joined(project, keeper, "other", "keep")
    members.remove(project.pk, other, keeper.pk)
    with pytest.raises(members.GoneError):
        members.remove(project.pk, keeper, other.pk)
    with pytest.raises(members.GoneError):
        members.rename(project.pk, keeper, "Mine")
    assert role_of(project, other) == Role.KEEP


def test_a_person_is_in_so_many_projects_and_no_more(
    monkeypatch: pytest.MonkeyPatch, project: Project, keeper: Account
) -> None:
    monkeypatch.setattr(members, "MAX_PROJECTS", 1)
    with pytest.raises(members.RefusedError, match="Leave one"):
        members.create("Another", keeper)
    other = member("other")
    another = members.create("Another", other)
    with pytest.raises(members.RefusedError, match="keeper is in 1"):
        members.add(another.pk, other, "keeper", "look")


def test_who_goes_for_good_leaves_the_project_to_the_others(
    project: Project, keeper: Account
) -> None:
    person = joined(project, keeper, "mira")
    person.delete()
    assert [one.account for one in project.memberships.all()] == [keeper]
