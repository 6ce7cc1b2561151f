"""Whatever stands in an address, a field or a header, nothing breaks and nothing is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse

from tests.conftest import signed_in
from tests.whole.test_who_sees_what import TABLE, made_once, things  # noqa: F401 - fixtures

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("accounts")]

READ = """
q model provider status kind from to starred after sort view deleted every seen example prompt key
looking next password share diff run preview page tags limit before temperature max_tokens
top_p seed stop reasoning_effort image_detail extra_body
"""
POSTED = """
prompt system_prompt models images image_urls tray temperature max_tokens priority max_edge repeats
sweep_of sweep_values image_mode confirmed blind form_token title why vote run model prediction back
top_p seed stop reasoning_effort image_detail extra_body deleted
starred theme view sort next leave_out expiry key name url headers username password token email
new_password1 new_password2 old_password role limit
"""
SIGNED_OUT = ("/sign-out/", "/sessions/end/")  # the others would be asked by nobody
ODD = {
    "nul": "\x00",
    "nul inside": "a\x00b",
    "digits of another script": "\u0663",
    "a digit that is no number": "\u00b2",
    "a huge number": "9" * 400,
    "a negative number": "-1",
    "not a number": "NaN",
    "a path": "../../../../etc/passwd",
    "a date that is none": "2026-13-45T99:99",
    "the last date": "9999-12-31",
    "the first date": "0001-01-01",
    "an override": "\u202e\u2066",
    "beyond the first plane": "\U0010ffff\ufffe",
    "a line break": "a\r\nSet-Cookie: b=c",
    "a quotation": "\"'><script>alert(1)</script>",
    "a search": '"* NEAR( AND ^a:b -',
    "an id": "00000000-0000-0000-0000-000000000000",
    "long": "x" * 3000,
}
WORST = ("nul", "a digit that is no number", "a huge number", "the last date", "a search")
TURNS = range(0, 22, 5)
BYTES = ("%ff%fe", "%ed%a0%80", "%e2%82", "%zz%")  # no UTF-8, half a pair, cut off, no escape


def browser_of(things: dict[str, Any]) -> Client:  # noqa: F811
    """The owner's browser, which is answered as it would be, faults included."""
    browser = signed_in(things["owner"])
    browser.raise_request_exception = False
    return browser


@pytest.fixture
def browser(things: dict[str, Any]) -> Client:  # noqa: F811
    return browser_of(things)


def addresses(things: dict[str, Any], method: str) -> list[str]:  # noqa: F811
    return [
        reverse(name, kwargs=rule.arguments(things))
        for name, rule in TABLE.items()
        if method in rule.methods
    ]


def status(answer: Any) -> int:
    for close in answer._resource_closers:  # the files alone: close() gives the connection back
        close()
    return int(answer.status_code)


def odd(names: str, turn: int) -> str:
    """Return a query in which each name has another odd value, and another one at each turn."""
    values = [*map(quote, ODD.values()), *BYTES]
    fields = enumerate(names.split())
    return "&".join(f"{name}={values[(place + turn) % len(values)]}" for place, name in fields)


def faults(
    things: dict[str, Any],  # noqa: F811
    paths: list[str],
    ask: Callable[[Client, str, int], Any],
) -> dict[tuple[str, int], int]:
    """What fails of the addresses, asked at each turn of things as they were.

    Who looked at nothing of what was sent is not asked again.
    """
    found = {}
    for turn in TURNS:
        before, browser = transaction.savepoint(), browser_of(things)
        cache.clear()
        answers = {one: ask(browser, one, turn) for one in paths}
        found |= {(one, turn): status(answer) for one, answer in answers.items()}
        paths = [one for one, answer in answers.items() if looked(answer.wsgi_request)]
        transaction.savepoint_rollback(before)
    assert paths
    return {asked: code for asked, code in found.items() if code >= 500}


def looked(request: Any) -> bool:
    """Whether the view, or what stands before it, read the query or the form."""
    return "GET" in request.__dict__ or hasattr(request, "_post")


def test_an_odd_query_is_answered_everywhere(things: dict[str, Any]) -> None:  # noqa: F811
    def ask(browser: Client, path: str, turn: int) -> Any:
        return browser.get(path, QUERY_STRING=odd(READ, turn))

    assert faults(things, addresses(things, "GET"), ask) == {}


def test_no_filter_of_history_takes_a_value_that_is_too_odd(browser: Client) -> None:
    queries = [
        f"{name}={value}"
        for name in READ.split()[:11]
        for value in (*map(quote, (ODD[one] for one in WORST)), *BYTES)
    ]
    found = {query: status(browser.get("/runs/", QUERY_STRING=query)) for query in queries}
    assert {one: code for one, code in found.items() if code >= 500} == {}


def test_odd_fields_are_answered(things: dict[str, Any]) -> None:  # noqa: F811
    def ask(browser: Client, path: str, turn: int) -> Any:
        kind = "application/x-www-form-urlencoded"
        return browser.post(path, odd(POSTED, turn), content_type=kind)

    paths = [one for one in addresses(things, "POST") if not one.endswith(SIGNED_OUT)]
    assert faults(things, paths, ask) == {}


def test_a_fault_is_told_to_the_log_and_to_nobody_else(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the secret is 42")

    monkeypatch.setattr("playground.runs.models.run.RunQuerySet.visible_to", broken)
    for accept in ("text/html", "application/json"):
        answer = browser.get("/runs/", headers={"Accept": accept})
        text = answer.content.decode()
        assert answer.status_code == 500
        assert not [one for one in ("secret", "Traceback", "RuntimeError", ".py") if one in text]


def test_health_says_four_words(browser: Client) -> None:
    browser.logout()
    answer = browser.get("/healthz?verbose=1", headers={"Accept": "text/html"})
    parts = {"database": "ok", "queue": "ok", "storage": "ok", "worker": "none"}
    assert answer.json() == parts
    assert not answer.cookies


@pytest.mark.parametrize("path", ["/", "/runs/", "/sign-in/", "/s/x/"])
@pytest.mark.parametrize("host", ["evil.example", "testserver@evil.example", "a b", "[::1", ""])
def test_other_hosts_are_refused_without_an_echo(browser: Client, host: str, path: str) -> None:
    answer = browser.get(path, headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "FOO"])
def test_methods_that_nobody_uses_are_refused(browser: Client, method: str) -> None:
    assert browser.generic(method, "/runs/").status_code == 405


@pytest.mark.parametrize(
    "header", ["X-HTTP-Method-Override", "X-Method-Override", "X-Original-URL", "X-Rewrite-URL"]
)
def test_no_header_makes_another_request_of_it(browser: Client, header: str) -> None:
    plain, dressed = (
        browser.get("/healthz", headers=headers) for headers in ({}, {header: "/admin/"})
    )
    assert (plain.status_code, plain.content) == (dressed.status_code, dressed.content)


def test_a_forwarded_host_is_not_believed(browser: Client) -> None:
    answer = browser.get("/sign-in/", headers={"X-Forwarded-Host": "evil.example"})
    assert "evil.example" not in answer.content.decode() + str(answer.headers)


WRONG_IDS = ["0", "-1", "9" * 60, "9223372036854775808", "1.0", "0x1", "%00", "x" * 65, "1/../2"]
PLACES = """
/runs/{}/ /runs/{}.json /runs/{}/status/ /compare/{}/ /compare/{}.csv /images/{}/
/images/{}/224.webp /s/{}/ /s/{}.json /reset/{}/abc-123/ /invitations/{}/
/settings/servers/{}/edit/ /api/runs/{}/
"""
DEEDS = """
/runs/{}/delete/ /compare/{}/rename/ /shares/{}/revoke/ /tokens/{}/revoke/ /runs/{}/share/
/settings/people/{}/deactivate/ /settings/invitations/{}/revoke/ /webhooks/wavespeed/{}/
"""


@pytest.mark.parametrize("text", WRONG_IDS)
def test_what_is_no_id_is_not_found(browser: Client, text: str) -> None:
    asked = {place: status(browser.get(place.format(text))) for place in PLACES.split()}
    done = {place: status(browser.post(place.format(text))) for place in DEEDS.split()}
    assert set((asked | done).values()) <= {401, 404, 410}
