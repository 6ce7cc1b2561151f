"""A database that is locked: a person is told, keeps the form, and loses nothing."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError, connections
from django.test import Client
from django.utils import timezone
from huey.contrib.djhuey import HUEY

from playground.composer import views as playground
from playground.config.access_modes import ACCOUNTS
from playground.runs.models.run import Run
from tests.conftest import GPT, PASSWORD, form, member, signed_in, upload
from tests.migrated import put_migrated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django.plugin import DjangoDbBlocker

HTMX = {"HX-Request": "true"}


@pytest.fixture
def lock(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[sqlite3.Connection]:
    """A real database file as the product opens it, and a second connection that locks it."""
    file = tmp_path / "playground.db"
    put_migrated(file, ACCOUNTS)
    usual = connections["default"]
    with django_db_blocker.unblock():
        options = {"transaction_mode": "IMMEDIATE", "timeout": 0.05}
        settings = usual.settings_dict | {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": file,
            "OPTIONS": options | {"init_command": "PRAGMA journal_mode=WAL"},
        }
        connections.databases["file"] = settings
        opened = connections.create_connection("file")
        del connections.databases["file"]
        opened.alias = "default"
        connections["default"] = opened
        locking = sqlite3.connect(file, isolation_level=None)
        locking.execute("BEGIN EXCLUSIVE")
        yield locking
        locking.close()
        opened.close()
        connections["default"] = usual
    HUEY.flush()


class Fields(HTMLParser):
    """The hidden fields of a page, as a browser would send them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        field = dict(attrs)
        if tag == "input" and field.get("type") == "hidden":
            self.found.setdefault(str(field["name"]), []).append(field["value"] or "")


def whole_form(**fields: Any) -> dict[str, Any]:
    return form(prompt='A "long"\r\n<prompt>', models=[GPT], form_token="t1", **fields)


def test_a_press_is_answered_503_and_when_to_try_again(client: Client, lock: Any) -> None:
    response = client.post("/runs/", whole_form())
    assert (response.status_code, response["Retry-After"]) == (503, "2")
    assert not Run.objects.exists()


def test_the_page_is_fit_to_read(client: Client, lock: Any) -> None:
    page = client.post("/runs/", whole_form()).content.decode()
    assert "Nothing was sent." in page
    assert "locked" not in page
    assert "Send again</button>" in page


def test_the_page_holds_the_whole_form(client: Client, lock: Any) -> None:
    sent = whole_form(
        system_prompt="Brief.", tray=["https://e.org/a", "https://e.org/b"], max_tokens="7"
    )
    fields = Fields(client.post("/runs/", sent).content.decode()).found
    for name, value in sent.items():
        assert fields[name] == (value if isinstance(value, list) else [value])


def test_send_again_runs_it_once(client: Client, lock: sqlite3.Connection) -> None:
    page = client.post("/runs/", whole_form()).content.decode()
    lock.execute("ROLLBACK")
    fields = Fields(page).found
    first, second = client.post("/runs/", fields), client.post("/runs/", fields)
    assert first["Location"] == second["Location"]
    assert Run.objects.get().prompt == 'A "long"\n<prompt>'


def test_send_again_passes_the_check_of_its_origin(lock: sqlite3.Connection) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/")
    token = client.cookies["csrftoken"].value
    page = client.post("/runs/", whole_form(csrfmiddlewaretoken=token)).content.decode()
    lock.execute("ROLLBACK")
    assert client.post("/runs/", Fields(page).found).status_code == 303


def test_images_have_to_be_added_again_and_are_named(client: Client, lock: Any) -> None:
    page = client.post("/runs/", whole_form(images=[upload(name="sign.png")])).content.decode()
    assert "Images have to be added again:" in page
    assert "sign.png" in page
    assert 'type="file" name="images"' in page


def test_without_images_none_are_asked_for(client: Client, lock: Any) -> None:
    assert 'type="file"' not in client.post("/runs/", whole_form()).content.decode()


def test_a_press_by_htmx_is_a_503_that_is_not_swapped_in(client: Client, lock: Any) -> None:
    response = client.post("/runs/", whole_form(), headers=HTMX)
    assert (response.status_code, response["Retry-After"]) == (503, "2")
    assert '"noSwap": [204, 304, 503]' in client.get("/").content.decode()


@pytest.mark.parametrize("address", ["/", "/runs/", "/healthz"])
def test_reading_goes_on(client: Client, lock: Any, address: str) -> None:
    assert client.get(address).status_code == 200


@pytest.mark.usefixtures("accounts")
def test_the_first_look_of_a_day_is_answered_too(
    lock: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock.execute("ROLLBACK")
    member()
    client, now = Client(), timezone.now()
    client.post("/sign-in/", {"username": "mira", "password": PASSWORD, "remember": "on"})
    lock.execute("BEGIN EXCLUSIVE")
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(days=6))
    assert client.get("/runs/").status_code == 200  # a remembered session would note its use
    lock.execute("ROLLBACK")
    client.get("/runs/")
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(days=12))
    assert client.get("/runs/").status_code == 200  # it did so at the next look


@pytest.mark.django_db
def test_a_run_that_was_stored_is_not_said_to_be_unsent(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playground, "_started", _locked)
    response = client.post("/runs/", whole_form(), headers=HTMX)
    assert response["HX-Redirect"] == Run.objects.get().get_absolute_url()


def _locked(*_: Any) -> None:
    raise OperationalError("database is locked")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/runs/", "/sign-in/", "/people/", "/admin/"])
def test_a_session_that_cannot_be_read_is_a_busy_database_too(
    accounts: object, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    browser = signed_in(member())
    browser.raise_request_exception = False

    def away(*_: object) -> None:
        raise OperationalError("nobody there")

    monkeypatch.setattr(SessionStore, "load", away)
    answer = browser.get(address)
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
