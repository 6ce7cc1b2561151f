"""Who belongs to a project: made by its first keeper, added, given another role, let go.

Whoever changes members locks the project first: two keepers who remove each other would leave
none.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from playground.accounts.audit.log import Kind, record
from playground.accounts.models import Account
from playground.accounts.projects.models import Membership, Project, Role
from playground.storage.writes import orderly_writes

MAX_MEMBERS = 200  # of one project
MAX_PROJECTS = 30  # of one person: History reads each along its own index


class RefusedError(Exception):
    """Nothing was changed; the words say why, and what to do."""


class GoneError(Exception):
    """The project has ended, or whoever asks is no keeper of it any more."""


ONLY_KEEPER = (
    "A project has one keeper at least, and this is the only one. Make another member keeper first."
)


def create(name: str, account: Account) -> Project:
    """Raises RefusedError."""
    with orderly_writes(), transaction.atomic():
        Account.objects.select_for_update().get(pk=account.pk)
        _refuse_too_many(account, "You are")
        project = Project.objects.create(name=name)
        Membership.objects.create(project=project, account=account, role=Role.KEEP)
        record(Kind.PROJECT_MADE, by=account.pk, detail=str(project))
    return project


def _refuse_too_many(account: Account, who: str) -> None:
    if Membership.objects.filter(account=account).count() >= MAX_PROJECTS:
        raise RefusedError(f"{who} in {MAX_PROJECTS} projects, which is the most. Leave one first.")


@contextmanager
def kept(project_id: int, keeper: Account) -> Iterator[Project]:
    """Hold the project while one of its keepers changes it. Raises GoneError."""
    with orderly_writes(), transaction.atomic():
        project = _held(project_id)
        keeping = project.memberships.filter(account=keeper, role=Role.KEEP)
        if not keeping.exists():
            raise GoneError
        yield project


def _held(project_id: int) -> Project:
    project = Project.objects.select_for_update().filter(pk=project_id).first()
    if not project:
        raise GoneError
    return project


def rename(project_id: int, keeper: Account, name: str) -> None:
    with kept(project_id, keeper) as project:
        Project.objects.filter(pk=project.pk).update(name=name)


def keep_runs(project_id: int, keeper: Account, days: int | None) -> None:
    """Keep runs for so many days; with None as long as the site does. Raises GoneError."""
    with kept(project_id, keeper) as project:
        Project.objects.filter(pk=project.pk).update(keep_days=days)
        until = f"{days} days" if days else "as the site says"
        record(Kind.PROJECT_KEPT, by=keeper.pk, detail=f"{project}: {until}")


def add(project_id: int, keeper: Account, username: str, role: str) -> None:
    """Raises GoneError, RefusedError."""
    with kept(project_id, keeper) as project:
        person = Account.objects.filter(username__iexact=username, is_active=True).first()
        if not person:
            raise RefusedError("Nobody here has this username. Correct it, then add them.")
        Account.objects.select_for_update().get(pk=person.pk)
        _refuse_too_many(person, f"{person.username} is")
        if project.memberships.count() >= MAX_MEMBERS:
            raise RefusedError(f"A project has at most {MAX_MEMBERS} members. Remove one first.")
        try:
            with transaction.atomic():
                Membership.objects.create(project=project, account=person, role=role)
        except IntegrityError:
            raise RefusedError(f"{person.username} is a member already.") from None
        record(Kind.MEMBER_ADDED, by=keeper.pk, subject=person.pk, detail=f"{project}: {role}")


def change_role(project_id: int, keeper: Account, account_id: int, role: str) -> None:
    """Raises GoneError, RefusedError."""
    with kept(project_id, keeper) as project:
        if role != Role.KEEP:
            _refuse_last_keeper(project, account_id)
        project.memberships.filter(account=account_id).update(role=role)
        record(Kind.MEMBER_CHANGED, by=keeper.pk, subject=account_id, detail=f"{project}: {role}")


def remove(project_id: int, keeper: Account, account_id: int) -> None:
    """Raises GoneError, RefusedError."""
    with kept(project_id, keeper) as project:
        _let_go(project, account_id, by=keeper)


def leave(project_id: int, account: Account) -> None:
    """Raises GoneError, RefusedError."""
    with orderly_writes(), transaction.atomic():
        _let_go(_held(project_id), account.pk, by=account)


def _let_go(project: Project, account_id: int, *, by: Account) -> None:
    _refuse_last_keeper(project, account_id)
    project.memberships.filter(account=account_id).delete()
    record(Kind.MEMBER_REMOVED, by=by.pk, subject=account_id, detail=str(project))


def only_kept_by(account: Account) -> list[Project]:
    """Return the projects, of several members, that would be left without a keeper."""
    others = Membership.objects.filter(project=OuterRef("pk")).exclude(account=account)
    kept_here = Project.objects.filter(memberships__account=account, memberships__role=Role.KEEP)
    orphaned = kept_here.filter(Exists(others)).exclude(Exists(others.filter(role=Role.KEEP)))
    return list(orphaned.order_by("name"))


def hand_over(account: Account) -> None:
    """Make whoever works there longest keeper in its place; of those who only look, if none does.

    To be called in a transaction.
    """
    for project in only_kept_by(account):
        _held(project.pk)
        others = project.memberships.exclude(account=account).order_by("-role", "since", "pk")
        heir = others.first()
        if heir:
            others.filter(pk=heir.pk).update(role=Role.KEEP)
            record(Kind.MEMBER_CHANGED, subject=heir.account_id, detail=f"{project}: {Role.KEEP}")


def _refuse_last_keeper(project: Project, account_id: int) -> None:
    """Whoever was shut out keeps nothing, but may come back."""
    keepers = project.memberships.filter(role=Role.KEEP)
    is_keeper = keepers.filter(account=account_id).exists()
    if is_keeper and not keepers.exclude(account=account_id).exists():
        raise RefusedError(ONLY_KEEPER)
