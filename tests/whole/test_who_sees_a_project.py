"""Every address of things in a project, called by whoever looks, works, keeps or left it.

The addresses are those of test_who_sees_what.py: a new one that names a run, a comparison, a
picture, a link or a preset is covered here, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from playground.accounts.projects import members
from playground.accounts.projects.models import InProject, Membership
from tests.api.conftest import program
from tests.conftest import member, signed_in
from tests.whole.test_who_sees_what import (
    READ,
    TABLE,
    answers,
    made_once,
    of_kind,
    statuses,
    taken,
    things,
    wrong,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playground.accounts.models import Account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("accounts")]
__all__ = ["made_once", "things"]

ANSWERED = {200, 303, 409, 422}
OF_PROJECTS = [name for name in of_kind("owned") if name.startswith("project")]
THINGS = {
    "run",
    "comparison",
    "experiment",
    "image",
    "share",
    "preset",
    "test_set",
}  # that can be in one
IN_PROJECTS = [name for name in of_kind("owned") if THINGS & {*(TABLE[name].names or {}).values()}]
# The sheet shows the addresses of links, which whoever looks may not pass on.
WORKING = {"run-share", "comparison-share"}
# Uses what is seen for something of one's own.
USING = {"preset-side-by-side"}
# For who started it, and for keepers.
REMOVING = {
    "run-delete",
    "preset-delete",
    "preset-restore",
    "test-set-delete",
    "test-set-bring-back",
}
# A setting of who started it.
SETTING = {"run-boxes"}
# For who wrote it.
WRITING = {"run-note", "comparison-note"}
# Links, which are for who may share.
LINKED = {"api-run-shares", "api-comparison-shares"}
IN_PROJECTS_BUT_WRITTEN = [name for name in IN_PROJECTS if name not in WRITING]


@pytest.fixture
def shared(things: dict[str, Any]) -> dict[str, Any]:
    """What `owner` has, in a project of theirs."""
    for kind in InProject.__subclasses__():
        kind._base_manager.update(project=things["project"])
    return things


def joined(things: dict[str, Any], role: str, name: str = "colleague") -> Account:
    person = member(name)
    members.add(things["project"], things["owner"], name, role)
    return person


def told(
    person: Account, things: dict[str, Any], names: Iterable[str] = IN_PROJECTS
) -> dict[tuple[str, str], int]:
    """The status of each address; HEAD is GET, as those who see all of it show."""
    return answers(person, things, names, ("GET", "POST"))


def test_who_looks_reads_and_changes_nothing(shared: dict[str, Any]) -> None:
    found = told(joined(shared, "look"), shared)
    reads = {one: found[one] for one in found if one[1] in READ and one[0] not in WORKING}
    reads |= {one: found[one] for one in found if one[0] in USING}
    assert not wrong(reads, *ANSWERED)
    assert not wrong({one: found[one] for one in found.keys() - reads}, 403)


def test_who_works_does_what_the_owner_does_but_removing(shared: dict[str, Any]) -> None:
    found = told(joined(shared, "work"), shared, IN_PROJECTS_BUT_WRITTEN)
    refused = {one: found[one] for one in found if one[0] in REMOVING | SETTING}
    assert not wrong(refused, 403)
    assert not wrong({one: found[one] for one in found.keys() - refused}, *ANSWERED)


def test_a_keeper_does_all_that_the_owner_does(shared: dict[str, Any]) -> None:
    found = told(joined(shared, "keep"), shared, IN_PROJECTS_BUT_WRITTEN)
    assert not wrong({one: found[one] for one in found if one[0] not in SETTING}, *ANSWERED)
    assert {found[one] for one in found if one[0] in SETTING} == {403}


@pytest.mark.parametrize("role", ["work", "keep"])
def test_a_note_is_its_writers_alone(shared: dict[str, Any], role: str) -> None:
    assert not wrong(told(joined(shared, role), shared, WRITING), 404)


def test_an_administrator_who_is_no_member_finds_nothing(shared: dict[str, Any]) -> None:
    chief = member("chief", is_staff=True, is_superuser=True)
    assert not wrong(told(chief, shared), 404)


def test_who_left_finds_nothing_not_even_what_they_started(shared: dict[str, Any]) -> None:
    joined(shared, "keep")
    Membership.objects.filter(account=shared["owner"]).delete()
    found = told(shared["owner"], shared)
    chosen = {one: found[one] for one in found if one[0] in {"image", "thumbnail"}}
    assert not wrong({one: found[one] for one in found.keys() - chosen}, 404)
    assert not wrong(chosen, 200)  # the picture that one chose stays one's own


@pytest.mark.parametrize("role", ["look", "work"])
def test_only_keepers_change_the_project(shared: dict[str, Any], role: str) -> None:
    found = told(joined(shared, role), shared, OF_PROJECTS)
    allowed = {"project": 200, "project-leave": 303}
    assert not {one: code for one, code in found.items() if code != allowed.get(one[0], 403)}


@pytest.mark.parametrize("name", [one for one in of_kind("program") if TABLE[one].names])
@pytest.mark.parametrize(("role", "acts"), [("look", {403}), ("work", {200, 204, 404, 415})])
def test_a_token_does_what_its_owner_may_do(
    shared: dict[str, Any], name: str, role: str, acts: set[int]
) -> None:
    found = statuses(program(joined(shared, role)), name, shared, taken(name))
    seen = acts if name in LINKED else {200}  # who may not share reads no links
    for method, status in found.items():
        assert status in (seen if method in READ else acts)


@pytest.mark.parametrize("role", ["look", "work", "keep"])
def test_lists_searches_and_exports_have_what_is_in_the_project(
    shared: dict[str, Any], role: str
) -> None:
    browser, other = signed_in(joined(shared, role)), signed_in(member("other"))
    wanted = ["/runs/", "/runs/?q=secret", f"/runs/?project={shared['project']}"]
    wanted += ["/runs/export.jsonl", f"/?from={shared['run']}", f"/compare/?run={shared['run']}"]
    for address in wanted:
        pages = [b"".join(one.get(address)) for one in (browser, other)]
        assert [b"secret question" in page for page in pages] == [True, False], address
