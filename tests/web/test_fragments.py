"""Pages and fragments of one address: told apart by caches, and errors that are sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.urls import reverse

from playground.results.views import runs
from playground.runs.models.run import Run
from tests.conftest import form, member, signed_in
from tests.whole.test_who_sees_what import TABLE, call, made_once, things  # noqa: F401 - fixtures

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
HERE = {"Origin": "http://testserver"}


def answers(browser: Client, things: dict[str, Any], methods: set[str]) -> dict[str, Any]:  # noqa: F811
    """What every address answers to htmx, by its name and the method."""
    browser.defaults["HTTP_HX_REQUEST"] = "true"
    return {
        f"{method} {name}": call(browser, method, name, rule.arguments(things))
        for name, rule in TABLE.items()
        for method in sorted(rule.methods & methods)
    }


def is_html(answer: Any) -> bool:
    return str(answer.headers.get("Content-Type", "")).startswith("text/html")


@pytest.mark.usefixtures("accounts")
def test_all_depends_on_who_asks_and_no_error_is_a_page(
    things: dict[str, Any],  # noqa: F811
) -> None:
    found = answers(signed_in(things["owner"]), things, {"GET", "POST"})
    pages = {name: one for name, one in found.items() if is_html(one)}
    assert len(pages) > 40
    assert {name for name, one in pages.items() if "HX-Request" not in one.get("Vary", "")} == set()
    assert refused(found)
    assert pages_among(refused(found)) == set()


@pytest.mark.usefixtures("accounts")
@pytest.mark.parametrize("who", ["another", "stranger"])
def test_who_may_not_gets_no_page_into_a_page(things: dict[str, Any], who: str) -> None:  # noqa: F811
    browser = signed_in(member("another")) if who == "another" else Client()
    found = answers(browser, things, {"GET", "POST"})
    assert refused(found)
    assert pages_among(refused(found)) == set()


def refused(found: dict[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in found.items() if one.status_code >= 400 and is_html(one)}


def pages_among(found: dict[str, Any]) -> set[str]:
    return {name for name, one in found.items() if is_page(one.content)}


def is_page(content: bytes) -> bool:
    return b"<html" in content or b"<h1" in content or not content.strip()


def test_who_goes_back_gets_the_whole_page(client: Client) -> None:
    headers = HTMX | {"HX-History-Restore-Request": "true"}
    assert is_page(client.get("/runs/?q=x", headers=headers).content)
    assert not is_page(client.get("/runs/?q=x", headers=HTMX).content)


def test_what_is_gone_is_said_in_one_sentence(client: Client, ask: Callable[..., Run]) -> None:
    run = ask()
    run.cancel()
    client.post(f"/runs/{run.pk}/delete/")
    answer = client.post(f"/runs/{run.pk}/star/", {"starred": "1"}, headers=HTMX)
    assert answer.status_code == 404
    assert b"it was deleted, here or in another tab. Nothing was changed." in answer.content
    assert int(answer["Content-Length"]) == len(answer.content)


def test_a_fault_is_said_in_one_sentence(
    client: Client, ask: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    client.raise_request_exception = False
    address = reverse("run-star", args=[ask().pk])
    monkeypatch.setattr(runs, "find_run", lambda *_, **__: 1 / 0)
    answer = client.post(address, headers=HTMX)
    assert (answer.status_code, is_page(answer.content)) == (500, False)
    assert b"Something went wrong on this server" in answer.content


def test_what_is_too_large_is_said_in_one_sentence(client: Client) -> None:
    answer = client.generic("POST", "/runs/", headers=HTMX, CONTENT_LENGTH=str(10**9))
    assert (answer.status_code, is_page(answer.content)) == (413, False)
    assert b"Nothing was sent. Send fewer or smaller ones at once." in answer.content


def test_a_run_that_is_being_sent_is_refused_on_a_page_of_its_own(
    client: Client, ask: Callable[..., Run]
) -> None:
    run = ask()
    Run.objects.update(status="submitting")
    page = client.post(f"/runs/{run.pk}/delete/")
    assert (page.status_code, is_page(page.content)) == (409, True)
    assert b"Nothing was deleted. Wait a few seconds, then press again." in page.content


@pytest.fixture
def strict() -> Client:
    """A browser whose forms are checked, and that has no cookie."""
    return Client(enforce_csrf_checks=True, headers=HERE)


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_cleared_cookie_is_named_and_nobody_speaks_of_signing_in(
    strict: Client, headers: dict[str, str]
) -> None:
    text = strict.post("/runs/", form(), headers=headers).content.decode()
    assert "it was cleared, or cookies are blocked. Nothing was sent" in text
    assert "sign" not in text.lower()


def test_a_newer_cookie_is_named_and_nobody_speaks_of_signing_in(strict: Client) -> None:
    strict.get("/")
    sent = form(csrfmiddlewaretoken=get_token(RequestFactory().get("/")))
    text = strict.post("/runs/", sent).content.decode()
    assert "is a newer one than that of this page. Nothing was sent" in text
    assert "sign" not in text.lower()


@pytest.mark.usefixtures("accounts")
def test_with_accounts_a_newer_cookie_comes_from_signing_in(strict: Client) -> None:
    strict.get("/sign-in/")
    sent = form(csrfmiddlewaretoken=get_token(RequestFactory().get("/")))
    assert b"You signed in or out" in strict.post("/runs/", sent).content


@pytest.mark.parametrize(
    ("fields", "headers"),
    [({"cookie_asked_for": "1"}, {}), ({}, HTMX | {"X-Cookie-Asked-For": "1"})],
)
def test_the_second_press_without_a_cookie_says_that_it_is_blocked_and_what_to_do(
    strict: Client, fields: dict[str, str], headers: dict[str, str]
) -> None:
    text = strict.post("/runs/", form(**fields), headers=headers).content.decode()
    assert "The browser keeps no cookie of this site." in text
    assert "Allow cookies for testserver in the browser" in text


def test_the_form_that_is_kept_notes_that_it_asked_for_the_cookie(strict: Client) -> None:
    page = strict.post("/runs/", form(prompt="Kept?")).content
    assert page.count(b'name="cookie_asked_for"') == 1
    assert b'value="Kept?"' in page


@pytest.mark.usefixtures("accounts")
def test_a_sign_in_with_blocked_cookies_says_so(strict: Client) -> None:
    text = strict.post("/sign-in/", {"username": "a", "password": "b"}).content.decode()
    assert "or cookies are blocked. Nothing was sent. Go back" in text


@pytest.mark.parametrize(("view", "headings"), [("page", 1), ("", 0)])
def test_a_page_whose_run_is_gone_keeps_a_heading(
    client: Client, ask: Callable[..., Run], view: str, headings: int
) -> None:
    run = ask()
    run.cancel()
    client.post(f"/runs/{run.pk}/delete/")
    answer = client.get(f"/runs/{run.pk}/status/", {"view": view}, headers=HTMX)
    assert (answer.status_code, answer.content.count(b"<h1")) == (404, headings)
