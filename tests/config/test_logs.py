"""The log: one line an event, ids of request and run, no key, no prompt, no share link."""

from __future__ import annotations

import json
import logging
import sys
from typing import TYPE_CHECKING

import pytest

from playground.config.logs import (
    ContextFilter,
    JsonFormatter,
    KeyFilter,
    LineFormatter,
    RefusalFilter,
)
from tests.conftest import member, signed_in

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

RUN = "0190aaaa-0000-0000-0000-000000000000"


def record(message: str, *args: object, fault: bool = False) -> logging.LogRecord:
    try:
        raise ValueError("Bearer secret\nsecond line")
    except ValueError:
        trace = sys.exc_info() if fault else None
    made = logging.LogRecord("playground", logging.INFO, __file__, 1, message, args, trace)
    for one in (ContextFilter(), KeyFilter()):
        one.filter(made)
    return made


def test_an_event_is_one_line_even_with_a_trace() -> None:
    for formatter in (LineFormatter("%(message)s"), JsonFormatter()):
        assert "\n" not in formatter.format(record("went wrong:\nbadly", fault=True))


def test_a_line_break_in_a_message_cannot_forge_an_event() -> None:
    line = LineFormatter("%(message)s").format(record("path %s", "/x\n2026 INFO all is well"))
    assert len(line.splitlines()) == 1


def test_both_formats_tell_the_time_in_utc() -> None:
    made = record("now")
    made.created, made.msecs = 0.5, 500
    line = LineFormatter("%(asctime)s").format(made)
    event = json.loads(JsonFormatter().format(made))
    assert (line, event["time"]) == ("1970-01-01T00:00:00.500Z", "1970-01-01T00:00:00.500+00:00")


def test_json_carries_the_run_in_a_field() -> None:
    event = json.loads(JsonFormatter().format(record("run %s: completed", RUN)))
    assert event["run_id"] == RUN
    assert event["event"] == f"run {RUN}: completed"


def test_no_key_is_in_a_message_or_a_trace(settings: SettingsWrapper) -> None:
    settings.WAVESPEED_API_KEY = "very-own-key"
    event = JsonFormatter().format(record("sent with very-own-key and wsk_1234", fault=True))
    assert not [one for one in ("very-own-key", "wsk_1234", "secret") if one in event]


def test_a_refusal_is_a_line_without_a_trace() -> None:
    made = record("Invalid HTTP_HOST header", fault=True)
    made.name = "django.security.DisallowedHost"
    RefusalFilter().filter(made)
    line = LineFormatter("%(levelname)s %(message)s").format(made)
    assert line == "WARNING Invalid HTTP_HOST header"


@pytest.mark.parametrize(
    "address", ["/s/{}/", "/S/{}/", "/presets/{}/copy/", "/?preset={}", "/?share={}"]
)
def test_a_link_is_not_in_the_log(address: str) -> None:
    for link in ("abcDEF123", "0abcDEF123", "_abcDEF123"):
        line = LineFormatter("%(message)s").format(record(f"POST {address.format(link)} 200"))
        assert "abcDEF123" not in line


def test_the_number_of_a_preset_is_in_the_log() -> None:
    line = LineFormatter("%(message)s").format(record("POST /presets/17/rename/ 303"))
    assert line == "POST /presets/17/rename/ 303"


@pytest.mark.django_db
class TestRequests:
    def test_every_answer_names_its_request(self, client: Client) -> None:
        first, second = (client.get("/healthz")["X-Request-ID"] for _ in range(2))
        assert first != second

    def test_the_id_of_a_proxy_is_kept_and_a_strange_one_is_not(self, client: Client) -> None:
        sent = {"X-Request-ID": "from-proxy-0001"}
        assert client.get("/healthz", headers=sent)["X-Request-ID"] == "from-proxy-0001"
        strange = {"X-Request-ID": "<script> and more"}
        assert client.get("/healthz", headers=strange)["X-Request-ID"] != "<script> and more"

    def test_a_change_is_logged_without_what_was_typed(
        self, client: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO, "playground.operations.request_log")
        client.post("/runs/?prompt=private+words", {"prompt": "private words"})
        assert "POST /runs/ 422" in caplog.text
        assert "private" not in caplog.text

    def test_a_refused_look_is_logged(
        self, client: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO, "playground.operations.request_log")
        client.get("/runs/"), client.get("/api/runs/"), client.get(f"/runs/{RUN}/")
        assert [one.getMessage().split(" ")[1:3] for one in caplog.records] == [
            ["/api/runs/", "401"],
            [f"/runs/{RUN}/", "404"],
        ]

    @pytest.mark.usefixtures("accounts")
    def test_a_line_names_the_account_that_asked(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.INFO, "playground.operations.request_log")
        account = member()
        signed_in(account).get(f"/runs/{RUN}/")
        assert caplog.messages[0].endswith(f"ms account={account.pk}")
