"""What is around every screen: headers, theme, health, error pages, the log."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from django.db import OperationalError

from playground.config.logs import KeyFilter
from playground.worker.models import Worker

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db


def test_the_policy_of_the_design_is_on_every_page(client: Client) -> None:
    policy = set(client.get("/")["Content-Security-Policy"].split("; "))
    assert policy == {
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    }


def test_no_page_can_be_framed_or_sniffed(client: Client) -> None:
    response = client.get("/")
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"


def test_the_key_is_in_no_page(client: Client, settings: SettingsWrapper) -> None:
    settings.WAVESPEED_API_KEY = "wsk_very_secret"
    for address in ("/", "/runs/", "/healthz"):
        assert "wsk_very_secret" not in client.get(address).content.decode()


def test_the_theme_goes_into_a_cookie_and_onto_the_page(client: Client) -> None:
    response = client.post("/theme/", {"theme": "dark"}, headers={"Referer": "http://testserver/"})
    assert (response.status_code, response["Location"]) == (303, "http://testserver/")
    assert '<html lang="en" data-theme="dark">' in client.get("/").content.decode()


@pytest.mark.parametrize("back", ["https://evil.example/", "javascript:alert(1)", ""])
def test_the_theme_leads_nowhere_else(client: Client, back: str) -> None:
    response = client.post("/theme/", {"theme": "dark"}, headers={"Referer": back})
    assert response["Location"] == "/"


def test_an_unknown_theme_changes_nothing(client: Client) -> None:
    client.post("/theme/", {"theme": '"><script>'})
    assert "theme" not in client.cookies


def test_health_says_whether_a_worker_was_heard_of(client: Client) -> None:
    health = {"database": "ok", "queue": "ok", "storage": "ok", "worker": "none"}
    assert client.get("/healthz").json() == health
    Worker.objects.create(name="host:1:a")
    assert client.get("/healthz").json()["worker"] == "ok"


def test_a_wrong_address_gets_a_page_that_says_what_to_do(client: Client) -> None:
    response = client.get("/nothing/")
    assert response.status_code == 404
    assert "There is nothing at this address" in response.content.decode()


def test_a_busy_database_is_a_503_with_a_time_to_come_back(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object, **__: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("playground.runs.models.run.RunQuerySet.visible_to", locked)
    response = client.get("/runs/")
    assert (response.status_code, response["Retry-After"]) == (503, "2")
    assert "Nothing was lost" in response.content.decode()


def test_the_log_shows_no_key(settings: SettingsWrapper) -> None:
    settings.WAVESPEED_API_KEY = "plain-key-value"
    record = logging.LogRecord(
        "a", 20, "f", 1, "%s Bearer abc.def wsk_1", ("plain-key-value",), None
    )
    KeyFilter().filter(record)
    assert record.getMessage() == "[key] [key] [key]"


def test_the_log_shows_no_key_in_a_trace(settings: SettingsWrapper) -> None:
    settings.WAVESPEED_API_KEY = "plain-key-value"
    try:
        raise ValueError("plain-key-value")
    except ValueError as error:
        record = logging.LogRecord("a", 40, "f", 1, "x", (), (type(error), error, None))
    KeyFilter().filter(record)
    assert "plain-key-value" not in (record.exc_text or "")
