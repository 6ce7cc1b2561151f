"""Every address, called by everybody with every method. A new address has to be entered here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.db import transaction
from django.test import Client, RequestFactory, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from playground.accounts import members as services
from playground.accounts.models import Account, Invitation, SignInPolicy
from playground.accounts.projects import members
from playground.accounts.projects.models import Project
from playground.accounts.visitor import Visitor
from playground.api import tokens
from playground.api.models import ApiToken
from playground.composer.presets.models import Preset
from playground.config.oidc import Oidc
from playground.connections import servers
from playground.connections.models import FoundServer
from playground.experiments.models.importing import Import
from playground.experiments.models.test_set import TestSet
from playground.images import pdfs, store
from playground.images.models import PdfFile
from playground.runs import notes
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.sharing import links
from playground.submission import create, request
from tests.accounts.factors import CodeApp, Device, passkey
from tests.api.conftest import program
from tests.conftest import (
    FLASH,
    GPT,
    PASSWORD,
    WITH_ACCOUNTS,
    member,
    png,
    signed_in,
)
from tests.experiments.sets import started, version_of
from tests.gone import delete_for_good
from tests.imaging.pdf_makers import pdf

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pytest_django.fixtures import SettingsWrapper
    from pytest_django.plugin import DjangoDbBlocker

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("accounts")]

METHODS = ("OPTIONS", "HEAD", "GET", "PUT", "PATCH", "DELETE", "POST")  # what acts comes last
READ, ACT, BOTH = {"GET", "HEAD"}, {"POST"}, {"GET", "HEAD", "POST"}
RUN = {"run_id": "run"}
COMPARISON = {"comparison_id": "comparison"}
TEST_SET = {"set_id": "test_set"}
PROJECT = {"project_id": "project"}


@dataclass(frozen=True)
class Rule:
    """methods: all others are 405. kind: owned, member, administrator, public, or program:
    opened by a token alone.

    names: which argument of the address is which of the owner's things.
    """

    methods: set[str]
    kind: str = "owned"
    names: dict[str, str] | None = None

    def arguments(self, things: dict[str, Any]) -> dict[str, Any]:
        return {name: things.get(key, key) for name, key in (self.names or {}).items()}


TABLE = {
    "home": Rule(READ, "member"),
    "selection": Rule(READ, "member"),
    "parameter-check": Rule(ACT, "member", {"name": "seed"}),
    "history": Rule({*READ, "POST"}, "member"),
    "run": Rule(READ, names=RUN),
    **{f"run-{form}": Rule(READ, names=RUN) for form in ("json", "markdown", "html", "zip")},
    "run-status": Rule(READ, names=RUN),
    "run-evidence": Rule(BOTH, names=RUN),
    "run-measure": Rule(ACT, names=RUN),
    "comparison-evidence": Rule(BOTH, names=COMPARISON),
    "check-always": Rule(ACT, "member"),
    **{
        f"run-{act}": Rule(ACT, names=RUN)
        for act in (
            "cancel",
            "check",
            "lookup",
            "link",
            "retry",
            "rerun",
            "follow",
            "star",
            "delete",
            "tag",
            "boxes",
        )
    },
    "runs-restore": Rule(ACT, "member"),
    "runs-selected": Rule(ACT, "member"),
    "runs-csv": Rule(READ, "member"),
    "runs-jsonl": Rule(READ, "member"),
    "side-by-side": Rule(READ, "member"),
    "comparison": Rule(READ, names=COMPARISON),
    **{
        f"comparison-{form}": Rule(READ, names=COMPARISON)
        for form in ("json", "md", "csv", "html", "zip")
    },
    **{
        f"comparison-{act}": Rule(ACT, names=COMPARISON)
        for act in ("add", "cancel", "follow", "pick", "retry", "rename", "vote", "reveal")
    },
    "comparison-status": Rule(READ, names=COMPARISON),
    "comparison-mark": Rule(BOTH, names=COMPARISON),
    **{
        f"experiment-{act}": Rule(ACT, names={"comparison_id": "experiment"})
        for act in ("pause", "resume", "end")
    },
    "experiment-rules": Rule(BOTH, names={"comparison_id": "experiment"}),
    "experiment-judge": Rule(BOTH, names={"comparison_id": "experiment"}),
    "experiment-cases": Rule(READ, names={"comparison_id": "experiment"}),
    "experiment-case": Rule(BOTH, names={"comparison_id": "experiment", "number": "number"}),
    "run-notes": Rule(ACT, names=RUN),
    "run-note": Rule(ACT, names=RUN | {"note_id": "run_note"}),
    "comparison-notes": Rule(ACT, names=COMPARISON),
    "comparison-note": Rule(ACT, names=COMPARISON | {"note_id": "comparison_note"}),
    **{
        f"experiment-{form}": Rule(READ, names={"comparison_id": "experiment"})
        for form in ("csv", "jsonl", "promptfoo", "preferences")
    },
    "run-share": Rule(BOTH, names=RUN),
    "comparison-share": Rule(BOTH, names=COMPARISON),
    "test-sets": Rule(BOTH, "member"),
    "test-set": Rule(READ, names=TEST_SET),
    **{
        f"test-set-{form}": Rule(READ, names=TEST_SET)
        for form in ("csv", "jsonl", "zip", "promptfoo")
    },
    **{
        f"test-set-{action}": Rule(ACT, names=TEST_SET)
        for action in ("rename", "bring-back", "delete")
    },
    "test-set-restore": Rule(ACT, names=TEST_SET | {"number": "version"}),
    "case-add": Rule(ACT, names=TEST_SET),
    "case-change": Rule(ACT, names=TEST_SET | {"key": "case"}),
    "case-remove": Rule(ACT, names=TEST_SET | {"key": "case"}),
    "experiments": Rule(READ, "member"),
    "experiment-new": Rule(BOTH, "member"),
    "imports": Rule(BOTH, "member"),
    "import": Rule(BOTH, names={"import_id": "import"}),
    "import-discard": Rule(ACT, names={"import_id": "import"}),
    "shares": Rule(READ, "member"),
    "shares-revoke": Rule(ACT, "member"),
    **{
        f"share-{action}": Rule(ACT, names={"share_id": "share"})
        for action in ("change", "update", "rotate", "revoke")
    },
    "shared": Rule(READ, "public", {"token": "token"}),
    **{
        f"shared-{form}": Rule(READ, "public", {"token": "token"})
        for form in ("json", "md", "csv", "html", "zip", "preview")
    },
    "shared-image": Rule(READ, "public", {"token": "token", "sha256": "shared_image"}),
    "shared-thumbnail": Rule(
        READ, "public", {"token": "token", "sha256": "shared_image", "edge": "edge"}
    ),
    "shared-mistyped": Rule(READ, "public", {"rest": "token."}),
    "models": Rule(READ, "member"),
    "model-star": Rule(ACT, "member"),
    "image-upload": Rule(ACT, "member"),
    "image-change": Rule(ACT, "member"),
    "pdf-pages": Rule(ACT, names={"key": "pdf"}),
    "pdf-sheet": Rule(READ, names={"key": "pdf", "number": "sheet"}),
    "image": Rule(READ, names={"sha256": "image"}),
    "thumbnail": Rule(READ, names={"sha256": "image", "edge": "edge"}),
    "webhook": Rule(ACT, "public", RUN),
    "presets": Rule(BOTH, "member"),
    **{
        f"preset-{action}": Rule(ACT, names={"preset_id": "preset"})
        for action in ("rename", "change", "share", "delete", "restore")
    },
    "preset-side-by-side": Rule(ACT, names={"preset_id": "preset"}),
    "preset-versions": Rule(READ, names={"preset_id": "preset"}),
    "preset-bring-back": Rule(ACT, names={"preset_id": "preset", "number": "number"}),
    "preset-shared": Rule(READ, "member", {"token": "preset_link"}),
    "preset-copy": Rule(ACT, "member", {"token": "preset_link"}),
    "tokens": Rule(BOTH, "member"),
    "token-revoke": Rule(ACT, names={"token_id": "api_token"}),
    "api-document": Rule(READ, "public"),
    "api-runs": Rule(BOTH, "program"),
    "api-run": Rule(READ, "program", RUN),
    "api-run-notes": Rule(ACT, "program", RUN),
    "api-run-note": Rule(ACT, "program", RUN | {"note_id": "run_note"}),
    "api-run-note-delete": Rule(ACT, "program", RUN | {"note_id": "run_note"}),
    "api-comparison-notes": Rule(ACT, "program", COMPARISON),
    "api-comparison-note": Rule(ACT, "program", COMPARISON | {"note_id": "comparison_note"}),
    "api-comparison-note-delete": Rule(ACT, "program", COMPARISON | {"note_id": "comparison_note"}),
    "api-run-cancel": Rule(ACT, "program", RUN),
    "api-comparison": Rule(READ, "program", COMPARISON),
    "api-comparison-cancel": Rule(ACT, "program", COMPARISON),
    "api-run-shares": Rule(BOTH, "program", RUN),
    "api-run-share-revoke": Rule(ACT, "program", RUN | {"share_id": "run_share"}),
    "api-comparison-shares": Rule(BOTH, "program", COMPARISON),
    "api-comparison-share-revoke": Rule(ACT, "program", COMPARISON | {"share_id": "share"}),
    "api-projects": Rule(READ, "program"),
    "api-presets": Rule(READ, "program"),
    "api-preset": Rule(READ, "program", {"preset_id": "preset"}),
    "api-images": Rule(ACT, "program"),
    "api-experiments": Rule(BOTH, "program"),
    "api-experiment-cost": Rule(ACT, "program"),
    "api-experiment": Rule(READ, "program", {"experiment_id": "experiment"}),
    **{
        f"api-experiment-{act}": Rule(ACT, "program", {"experiment_id": "experiment"})
        for act in ("pause", "resume", "end")
    },
    "theme": Rule(ACT, "public"),
    "healthz": Rule(READ, "public"),
    "metrics": Rule(READ, "public"),
    "sign-in": Rule(BOTH, "public"),
    "sign-out": Rule(ACT, "public"),
    "account_login": Rule(BOTH, "public"),
    "sign-in-elsewhere": Rule(ACT, "public"),
    "openid_connect_callback": Rule(READ, "public", {"provider_id": "done"}),
    "disconnect": Rule(ACT, "member"),
    "mfa_login_webauthn": Rule(ACT, "public"),
    "mfa_authenticate": Rule(BOTH, "public"),
    "account_reauthenticate": Rule(BOTH, "member"),
    "mfa_index": Rule(READ, "member"),
    "mfa_activate_totp": Rule(BOTH, "member"),
    "mfa_deactivate_totp": Rule(ACT),
    "mfa_view_recovery_codes": Rule(READ),
    "mfa_download_recovery_codes": Rule(READ),
    "mfa_generate_recovery_codes": Rule(ACT, "member"),
    "mfa_add_webauthn": Rule(BOTH, "member"),
    "mfa_edit_webauthn": Rule(ACT, names={"pk": "passkey"}),
    "mfa_remove_webauthn": Rule(ACT, names={"pk": "passkey"}),
    "end-session": Rule(ACT, "member", {"session_id": "session"}),
    "end-other-sessions": Rule(ACT, "member"),
    "invitation": Rule(BOTH, "public", {"token": "invitation_token"}),
    "reset-password": Rule(BOTH, "public", {"account_id": "account", "token": "reset_token"}),
    "settings": Rule(READ, "member"),
    **{
        f"key-{action}": Rule(ACT, "member", {"whose": "own"})
        for action in ("keep", "remove", "test")
    },
    "own-data": Rule(ACT, "member"),
    "erase-own": Rule(BOTH, "member"),
    "erase": Rule(BOTH, "administrator", {"account_id": "shut_out"}),
    "audit": Rule(READ, "administrator"),
    "audit-jsonl": Rule(READ, "administrator"),
    "server-add": Rule(ACT, "administrator"),
    "server-look": Rule(ACT, "administrator"),
    "server-llm": Rule(ACT, "administrator"),
    "server-found": Rule(READ, "administrator"),
    "server-use": Rule(ACT, "administrator", {"found_id": "found"}),
    "server-edit": Rule(BOTH, "administrator", {"slug": "server"}),
    "server-remove": Rule(ACT, "administrator", {"slug": "server"}),
    "run-move": Rule(ACT, names=RUN),
    "comparison-move": Rule(ACT, names=COMPARISON),
    "test-set-move": Rule(ACT, names=TEST_SET),
    "projects": Rule(BOTH, "member"),
    "project": Rule(READ, names=PROJECT),
    **{
        f"project-{action}": Rule(ACT, names=PROJECT)
        for action in ("rename", "keeping", "members", "leave")
    },
    "project-member": Rule(ACT, names=PROJECT | {"account_id": "owner_id"}),
    "project-end": Rule(BOTH, names=PROJECT),
    "change-password": Rule(ACT, "member"),
    "end-sessions": Rule(ACT, "member"),
    "people": Rule(READ, "administrator"),
    "invite": Rule(ACT, "administrator"),
    "revoke": Rule(ACT, "administrator", {"invitation_id": "invitation"}),
    "deactivate": Rule(ACT, "administrator", {"account_id": "account"}),
    "reactivate": Rule(ACT, "administrator", {"account_id": "account"}),
    "ask-for-factor": Rule(ACT, "administrator"),
    "forget-factors": Rule(ACT, "administrator", {"account_id": "account"}),
    "reset-link": Rule(ACT, "administrator", {"account_id": "account"}),
}
ADMIN = {
    "index",
    "login",
    "logout",
    "password_change",
    "password_change_done",
    "autocomplete",
    "jsi18n",
    "view_on_site",
    "app_list",
}
ADMIN_ROWS = {"changelist", "add", "history", "delete", "change"}


def patterns(resolver: URLResolver | None = None) -> Iterator[tuple[str, URLPattern]]:
    """Every pattern of the playground with the namespace it is in."""
    resolver = resolver or get_resolver()
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from ((one.namespace or "", inner) for _, inner in patterns(one))
        else:
            yield resolver.namespace or "", one


def test_the_table_has_every_address() -> None:
    assert {one.name for space, one in patterns() if not space} == set(TABLE)


@pytest.fixture(scope="module")
def made_once(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Any]:
    """Make the things before the tests; each changes them in a transaction within this one."""
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(**WITH_ACCOUNTS):
            made = made_things()
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def things(made_once: dict[str, Any], settings: SettingsWrapper) -> dict[str, Any]:
    settings.OIDC = Oidc("Example Institute", "http://localhost:9", "id", "secret")
    return made_once | {"owner": Account.objects.get(pk=made_once["owner_id"])}


def made_things() -> dict[str, Any]:
    """What the owner has, and what an administrator has handed out."""
    owner = member("owner", is_staff=True)
    image = store.store(png(), account=owner)
    asked = request.RunRequest(
        prompt="The secret question",
        models=(FLASH, GPT),
        images=(request.AttachedImage(image=image),),
    )
    comparison = create.submit(asked, owner)
    assert isinstance(comparison, Comparison)
    invitation = Invitation.objects.create(created_by=owner)
    share = links.share(comparison, links.Choice())
    server = servers.add("Lab", "http://127.0.0.1:9/v1")
    found = FoundServer.objects.create(name="Ollama", url="http://127.0.0.1:1/v1", listed=[])
    return {
        "run_note": notes.write(comparison.cells()[0], owner, "A note").pk,
        "comparison_note": notes.write(comparison, owner, "A note").pk,
        "server": server.slug if server else "",
        "found": found.pk,
        "share": share.pk,
        "run_share": links.share(comparison.cells()[0], links.Choice()).pk,
        "token": share.token,
        "shared_image": image.variants.get(max_edge=0).sha256,
        "owner_id": owner.pk,
        "project": members.create("Receipts", owner).pk,
        "run": comparison.cells()[0].pk,
        "comparison": comparison.pk,
        "number": 1,
        "experiment": started(version_of("1", owner=owner), owner).pk,
        "image": image.pk,
        "pdf": pdfs.keep(pdf(), "a.pdf", owner).pk,
        "sheet": 1,
        "edge": 224,
        **preset(owner),
        **set_of(owner),
        "api_token": tokens.make("nightly", owner).row.pk,
        "account": member("third").pk,
        "shut_out": member("fourth", is_active=False).pk,
        "invitation": invitation.pk,
        "invitation_token": services.signer.sign(invitation.pk.hex),
        "reset_token": "abc-123",
        **factors(owner),
    }


def factors(owner: Account) -> dict[str, Any]:
    """An app, its recovery codes, a passkey, and where the owner is signed in besides."""
    CodeApp(owner)
    browser = signed_in(owner)
    key = passkey(browser, Device())
    row = UserSession(user=owner, ip="192.0.2.1", session_key=browser.session.session_key)
    row.save()
    return {"passkey": key.pk, "session": row.pk}


def preset(owner: Account) -> dict[str, Any]:
    """Two, since deleting the one ends its link."""
    for name in ("One", "Two"):
        Preset.objects.create(owner=owner, name=name, prompt=name, digest=name, link=f"link-{name}")
    return {"preset": Preset.objects.get(name="One").pk, "preset_link": "link-Two"}


def set_of(owner: Account) -> dict[str, Any]:
    version = version_of("429.57", owner=owner)
    case = version.cases.get().key
    begun = Import.objects.create(owner=owner, name="Totals", source="a.csv", size=1)
    made = {"test_set": version.test_set_id, "case": case, "version": version.number}
    return made | {"import": begun.pk}


def call(browser: Client, method: str, name: str, arguments: dict[str, Any]) -> Any:
    answer = browser.generic(method, reverse(name, kwargs=arguments), headers={"Accept": "*/*"})
    for close in answer._resource_closers:  # the files alone: close() gives the connection back
        close()
    return answer


def statuses(
    browser: Client, name: str, things: dict[str, Any], methods: Iterable[str] = METHODS
) -> dict[str, int]:
    arguments = TABLE[name].arguments(things)
    return {method: call(browser, method, name, arguments).status_code for method in methods}


def taken(name: str) -> list[str]:
    """The methods that an address takes, what acts last."""
    return [method for method in METHODS if method in TABLE[name].methods]


def methods_answered(found: dict[str, int], status: int) -> set[str]:
    return {method for method, one in found.items() if one == status}


def of_kind(*kinds: str) -> list[str]:
    return [name for name, rule in TABLE.items() if rule.kind in kinds]


def answers(
    person: Account,
    things: dict[str, Any],
    names: Iterable[str],
    methods: Iterable[str] = METHODS,
) -> dict[tuple[str, str], int]:
    """The status of each address and method that it takes, each address of things as they were."""
    found = {}
    for name in names:
        before = transaction.savepoint()
        cache.clear()
        asked = [method for method in taken(name) if method in methods]
        told = statuses(signed_in(person), name, things, asked)
        transaction.savepoint_rollback(before)
        found |= {(name, method): status for method, status in told.items()}
    return found


def wrong(found: dict[tuple[str, str], int], *right: int) -> dict[tuple[str, str], int]:
    return {asked: status for asked, status in found.items() if status not in right}


def test_a_stranger_is_asked_to_sign_in(things: dict[str, Any]) -> None:
    browser, names = Client(), of_kind("owned", "member", "administrator")
    found = {name: set(statuses(browser, name, things).values()) for name in names}
    assert {name: codes for name, codes in found.items() if codes != {401}} == {}


OF_SOMEBODY = of_kind("owned", "member", "administrator", "program")


def test_half_way_in_is_outside(things: dict[str, Any]) -> None:
    """The right password alone opens nothing of an account that has a second factor."""
    browser = Client()
    fields = {"username": things["owner"].username, "password": PASSWORD}
    assert browser.post("/sign-in/", fields)["Location"] == "/sign-in/code/"
    assert browser.session.get("account_login")
    found = {name: statuses(browser, name, things, taken(name)) for name in OF_SOMEBODY}
    assert {name: told for name, told in found.items() if set(told.values()) != {401}} == {}
    assert browser.session.get("account_login")
    assert "_auth_user_id" not in browser.session


SET_UP = {"account_reauthenticate", "mfa_index", "mfa_activate_totp", "mfa_add_webauthn"}


def test_without_a_factor_that_is_asked_for_nothing_but_its_set_up_opens(
    things: dict[str, Any],
) -> None:
    browser = signed_in(things["owner"])
    Authenticator.objects.filter(user=things["owner"]).delete()
    SignInPolicy.objects.create(pk=1, second_factor=True)
    found = {name: statuses(browser, name, things, taken(name)) for name in OF_SOMEBODY}
    assert {name for name, told in found.items() if 200 in told.values()} == SET_UP
    assert {name for name, told in found.items() if set(told.values()) != {401}} == SET_UP


@pytest.mark.parametrize("name", of_kind("public"))
def test_public_addresses_take_their_methods_and_no_others(
    things: dict[str, Any], name: str
) -> None:
    found = statuses(Client(), name, things)
    assert methods_answered(found, 405) == set(METHODS) - TABLE[name].methods
    assert max(found.values()) < 500


def test_another_member_finds_nothing(things: dict[str, Any]) -> None:
    assert not wrong(answers(member("other"), things, of_kind("owned")), 404)


def test_a_member_finds_what_is_for_members(things: dict[str, Any]) -> None:
    found = answers(member("other"), things, of_kind("member"))
    assert not {asked for asked, status in found.items() if status in {404, 405}}


def test_members_find_nothing_of_administrators(things: dict[str, Any]) -> None:
    assert not wrong(answers(member("other"), things, of_kind("administrator")), 404)


def test_the_owner_gets_an_answer(things: dict[str, Any]) -> None:
    names = of_kind("owned", "member", "administrator")
    assert not wrong(answers(things["owner"], things, names), 200, 303, 409, 422)


def test_no_address_takes_another_method(things: dict[str, Any]) -> None:
    for name in of_kind("owned", "member", "administrator"):
        path = reverse(name, kwargs=TABLE[name].arguments(things))
        view, arguments = resolve(path).func, resolve(path).kwargs
        for method in set(METHODS) - TABLE[name].methods:
            asked = RequestFactory().generic(method, path)
            asked.user = things["owner"]
            asked.visitor = Visitor(account=things["owner"])  # type: ignore[attr-defined]
            assert view(asked, **arguments).status_code == 405, (name, method)


def test_foreign_deleted_and_never_existing_are_the_same(things: dict[str, Any]) -> None:
    never = things | {"run": uuid4(), "comparison": uuid4(), "image": "0" * 64}
    never |= {"run_note": uuid4(), "comparison_note": uuid4()}
    never |= {"test_set": uuid4(), "case": uuid4(), "experiment": uuid4(), "pdf": uuid4()}
    never |= dict.fromkeys(["preset", "share", "api_token", "project", "passkey"], 999_999)
    foreign, missing = (not_found(member(name), it) for name, it in (("a", things), ("b", never)))
    delete_for_good(Run.objects.all())
    for kind in (ApiToken, Authenticator, Preset, TestSet, Project, Import, PdfFile):
        kind.objects.all().delete()
    deleted = not_found(things["owner"], things)
    assert foreign == missing == deleted
    assert {status for status, _, _ in foreign.values()} == {404}


def not_found(account: Account, things: dict[str, Any]) -> dict[str, tuple[int, bytes, Any]]:
    """What each address of somebody's things answers to that account."""
    browser, found = signed_in(account), {}
    for name in of_kind("owned"):
        method = "GET" if "GET" in TABLE[name].methods else "POST"
        answer = call(browser, method, name, TABLE[name].arguments(things))
        answer.headers.pop("X-Request-ID")
        found[name] = answer.status_code, answer.content, dict(answer.items())
    return found


def test_only_a_token_opens_the_api(things: dict[str, Any]) -> None:
    for browser in (Client(), signed_in(things["owner"])):
        for name in of_kind("program"):
            found = statuses(browser, name, things)
            assert methods_answered(found, 401) == TABLE[name].methods, name
            assert methods_answered(found, 405) == set(METHODS) - TABLE[name].methods, name


@pytest.mark.parametrize("name", of_kind("program"))
def test_a_token_opens_what_its_owner_has(things: dict[str, Any], name: str) -> None:
    rule = TABLE[name]
    mine, other = program(things["owner"], "api"), program(member("other"))
    foreign, found = (statuses(one, name, things, taken(name)) for one in (other, mine))
    assert methods_answered(foreign, 404) == (rule.methods if rule.names else set())
    assert set(found.values()) <= {200, 204, 415}


def test_nobody_reads_what_others_asked(things: dict[str, Any]) -> None:
    browser = signed_in(member("other"))
    run = things["run"]
    for address in ("/", f"/?from={run}", "/runs/", "/runs/?q=secret", f"/compare/?run={run}"):
        assert b"secret question" not in browser.get(address).content
    assert b"secret question" in signed_in(things["owner"]).get("/runs/").content


def admin_addresses(things: dict[str, Any]) -> Iterator[str]:
    assert {one.name for space, one in patterns() if space == "admin" and one.name} == {
        *ADMIN,
        *(name for name in _row_names()),
    }
    yield from (reverse(f"admin:{name}") for name in ("index", "login", "jsi18n", "autocomplete"))
    yield reverse("admin:app_list", args=["playground"])
    for kind in ("run", "account", "invitation"):
        yield reverse(f"admin:playground_{kind}_changelist")
        yield reverse(f"admin:playground_{kind}_add")
        pk = things[kind]
        yield from (
            reverse(f"admin:playground_{kind}_{page}", args=[pk])
            for page in ("change", "delete", "history")
        )


def _row_names() -> set[str]:
    from playground.admin import site

    kinds = [model._meta.model_name for model in site._registry]
    return {f"playground_{kind}_{page}" for kind in kinds for page in ADMIN_ROWS}


def test_members_find_no_admin(things: dict[str, Any]) -> None:
    browser = signed_in(member("other"))
    answers = {address: browser.get(address).status_code for address in admin_addresses(things)}
    assert set(answers.values()) <= {404, 302}
    assert all(browser.get(address, follow=True).status_code == 404 for address in answers)


def test_strangers_find_no_admin(things: dict[str, Any]) -> None:
    for address in admin_addresses(things):
        assert Client().get(address, follow=True).status_code in {401, 404}


def test_the_admin_shows_no_prompt_no_password_and_changes_nothing(
    things: dict[str, Any],
) -> None:
    browser = signed_in(things["owner"])
    for kind in ("run", "account"):
        address = reverse(f"admin:playground_{kind}_change", args=[things[kind]])
        page = browser.get(address)
        assert page.status_code == 200
        assert b"secret question" not in page.content
        assert b"md5$" not in page.content
        assert browser.post(address, {"prompt": "x", "is_staff": "on"}).status_code == 403


def test_no_address_of_the_admin_is_a_fault(things: dict[str, Any]) -> None:
    browser = signed_in(things["owner"])
    wanted = {"app_label": "playground", "model_name": "run", "field_name": "owner", "term": "m"}
    for address in admin_addresses(things):
        for method in (browser.get, browser.post):
            assert method(address, wanted).status_code < 500, address


def test_a_local_playground_has_no_admin_and_no_sign_in(
    settings: Any, things: dict[str, Any]
) -> None:
    from playground.config import access_modes

    settings.ACCESS, settings.ROOT_URLCONF = (
        access_modes.LOCAL,
        access_modes.urls(access_modes.LOCAL),
    )
    settings.MIDDLEWARE = access_modes.middleware(access_modes.LOCAL)
    assert Client().get("/admin/").status_code == 404
    assert Client().get("/sign-in/").status_code == 404
    assert b"secret question" in Client().get("/runs/").content


@pytest.mark.parametrize(
    ("kind", "hidden", "shown"),
    [
        ("run", "prompt__startswith=The", "status__exact=queued"),
        ("run", "output__contains=a", "provider__exact=demo"),
        ("comparison", "title__contains=a", "created_at__year=2026"),
        ("account", "password__startswith=md5", "is_active__exact=1"),
        ("account", "runs__prompt__contains=a", "is_staff__exact=1"),
        ("run", "owner__password__contains=a", "owner__id__exact=1"),
    ],
)
def test_the_admin_filters_by_nothing_that_it_does_not_show(
    things: dict[str, Any], kind: str, hidden: str, shown: str
) -> None:
    browser, address = signed_in(things["owner"]), reverse(f"admin:playground_{kind}_changelist")
    assert browser.get(f"{address}?{hidden}").status_code == 400
    assert browser.get(f"{address}?{shown}").status_code == 200
