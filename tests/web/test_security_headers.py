"""Headers: the grade of an installation behind TLS, and what every answer carries."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.migrated import put_migrated
from tests.observatory import Answer, grade, score
from tests.product import ROOT, collected

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

HOST = "playground.example.org"
PRODUCTION = {
    "ACCESS": "accounts",
    "ALLOWED_HOSTS": HOST,
    "SECRET_KEY": "4f9c2d71e8b35a6097fd1c8e2b4a7d63c5e0-4f9c2d71e8b35a6097fd",
    "TLS": "1",
    "DATABASE_URL": "",
    "DEBUG": "0",
}
ASK = """
import json
import django; django.setup()
from django.test import Client
from django.templatetags.static import static
from playground.models import Account
Account.objects.create_user("ada", password="a long enough secret")
base = {"host": "playground.example.org", "accept": "text/html"}
client = Client(headers=base | {"x-forwarded-proto": "https"})
def told(answer):
    return {"headers": dict(answer.headers), "body": answer.getvalue().decode(errors="replace"),
            "cookies": [morsel.OutputString() for morsel in answer.cookies.values()]}
plain = Client(headers=base | {"x-forwarded-proto": "http"}).get("/sign-in/")
found = {"sign-in": told(client.get("/sign-in/")), "missing": told(client.get("/nothing/"))}
signed_in = client.post("/sign-in/", {"username": "ada", "password": "a long enough secret"})
found["home"] = told(client.get("/"))
found["home"]["cookies"] += told(signed_in)["cookies"]
found["static"] = told(client.get(static("bundle/app.js")))
print(json.dumps([plain.status_code, plain["Location"], found]))
"""


def installed(folder: Path, *arguments: str) -> str:
    """Run Python with the production settings behind TLS; returns what it says."""
    command = [sys.executable, *arguments]
    environment = os.environ | collected(folder) | PRODUCTION
    made = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    return made.stdout


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Answer]:
    folder = tmp_path_factory.mktemp("tls")
    put_migrated(folder / "playground.db", "accounts")
    status, location, found = json.loads(installed(folder, "-W", "ignore", "-c", ASK))
    return {
        name: Answer(**one, http_status=status, http_location=location)
        for name, one in found.items()
    }


@pytest.mark.processes
@pytest.mark.parametrize("name", ["sign-in", "home", "missing"])
def test_a_page_behind_tls_earns_an_a_plus(answers: dict[str, Answer], name: str) -> None:
    assert (grade(answers[name]), score(answers[name]) >= 130) == ("A+", True)


@pytest.mark.processes
def test_http_leads_to_https_on_the_same_host(answers: dict[str, Answer]) -> None:
    answer = answers["sign-in"]
    assert (answer.http_status, answer.http_location) == (301, f"https://{HOST}/sign-in/")


@pytest.mark.processes
def test_every_cookie_is_secure_and_no_script_reads_a_session(answers: dict[str, Answer]) -> None:
    cookies = answers["home"].cookies
    assert {one.split("=")[0] for one in cookies} == {"__Host-csrftoken", "__Host-sessionid"}
    assert all({"Secure", "HttpOnly", "SameSite=Lax"} <= set(one.split("; ")) for one in cookies)


@pytest.mark.processes
def test_a_static_file_can_load_nothing_and_is_shared_with_nobody(
    answers: dict[str, Answer],
) -> None:
    headers = answers["static"].headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none';")
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Strict-Transport-Security" in headers
    assert "immutable" in headers["Cache-Control"]


@pytest.mark.processes
def test_the_deployment_check_warns_of_nothing(tmp_path: Path) -> None:
    """It says what works, too; only a warning or worse would end it with an error."""
    said = installed(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert "WARNINGS" not in said


CSP = "Content-Security-Policy"
WORSE = [
    ({CSP: ""}, "B"),
    ({CSP: "default-src 'none'; script-src 'self' 'unsafe-inline'"}, "B+"),
    ({CSP: "default-src 'none'; script-src https:"}, "B+"),
    ({CSP: "default-src 'self' 'unsafe-eval'"}, "A+"),
    ({"Strict-Transport-Security": ""}, "B+"),
    ({"X-Frame-Options": "", CSP: "default-src 'none'"}, "B+"),
]


@pytest.mark.parametrize(("headers", "expected"), WORSE)
def test_the_scoring_takes_points_off(headers: dict[str, str], expected: str) -> None:
    good = {CSP: "default-src 'none'; frame-ancestors 'none'", "X-Content-Type-Options": "nosniff"}
    good |= {"Strict-Transport-Security": "max-age=31536000", "Referrer-Policy": "same-origin"}
    good |= {"Cross-Origin-Resource-Policy": "same-origin", "X-Frame-Options": "DENY"}
    answer = Answer(good, http_location="https://a.example/")
    assert grade(answer) == "A+"
    assert grade(replace(answer, headers=good | headers)) == expected


@pytest.mark.parametrize(
    ("cookie", "expected"),
    [
        ("sessionid=1; Secure; HttpOnly; SameSite=Lax", "A+"),
        ("sessionid=1; Secure; SameSite=Lax", "B"),
        ("sessionid=1; HttpOnly; SameSite=Lax", "A+"),
        ("csrftoken=1; Secure", "B+"),
    ],
)
def test_the_scoring_looks_at_cookies(cookie: str, expected: str) -> None:
    headers = {CSP: "default-src 'none'; frame-ancestors 'none'"}
    headers |= {
        "X-Content-Type-Options": "nosniff",
        "Strict-Transport-Security": "max-age=31536000",
    }
    assert grade(Answer(headers, [cookie], http_location="https://a.example/")) == expected


ADDRESSES = ["/", "/runs/", "/compare/", "/nothing/", "/healthz", "/static/icon.svg", "/theme/"]
ALWAYS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post", "options"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_refuses_other_sites(client: Client, address: str, method: str) -> None:
    answer = getattr(client, method)(address, headers={"Origin": "https://evil.example"})
    answer.getvalue()
    headers = dict(answer.headers)
    assert {name: headers[name] for name in ALWAYS} == ALWAYS
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert not [name for name in headers if name.lower().startswith("access-control")]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/nothing/"])
def test_a_page_may_copy_and_ask_for_a_passkey_and_nothing_else(
    client: Client, address: str
) -> None:
    policy = client.get(address)["Permissions-Policy"].split(", ")
    assert {one for one in policy if not one.endswith("=()")} == {
        "clipboard-write=(self)",
        "publickey-credentials-create=(self)",
        "publickey-credentials-get=(self)",
    }
    assert {"camera=()", "microphone=()", "geolocation=()"} <= set(policy)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/healthz"])
def test_the_composer_is_kept_by_no_proxy_but_may_be_gone_back_to(
    client: Client, address: str
) -> None:
    assert client.get(address)["Cache-Control"] == "private, no-cache"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/runs/", "/models/", "/shares/", "/nothing/"])
def test_back_asks_for_every_other_page_anew(client: Client, address: str) -> None:
    assert client.get(address)["Cache-Control"] == "no-store, private"


@pytest.fixture
def behind_tls(settings: SettingsWrapper) -> None:
    settings.TLS = settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


@pytest.mark.django_db
@pytest.mark.usefixtures("accounts", "behind_tls")
def test_whoever_watches_over_the_process_needs_no_tls(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["database"]) == (200, "ok")
    assert not answer.cookies


@pytest.mark.django_db
@pytest.mark.usefixtures("accounts", "behind_tls")
@pytest.mark.parametrize("address", ["/api/runs/", "/metrics", "/webhooks/wavespeed/x/"])
def test_a_program_without_tls_is_refused_and_not_led_on(client: Client, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "tls")
    assert client.get("/runs/").status_code == 301
    secure = client.get(address, headers={"X-Forwarded-Proto": "https"})
    assert secure.status_code != 403


@pytest.mark.django_db
@pytest.mark.usefixtures("accounts", "behind_tls")
def test_the_theme_is_a_cookie_of_this_host_alone(client: Client) -> None:
    secure = {"X-Forwarded-Proto": "https", "Referer": "https://testserver/sign-in/"}
    cookie = client.post("/theme/", {"theme": "dark"}, headers=secure).cookies["__Host-theme"]
    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
    assert b'data-theme="dark"' in client.get("/sign-in/", headers=secure).content


@pytest.mark.django_db
@pytest.mark.usefixtures("accounts")
@pytest.mark.parametrize("accept", ["text/html", "text/markdown", "application/json"])
@pytest.mark.parametrize("address", ["/runs/", "/sign-in/", "/nothing/", "/static/js/app.js"])
def test_every_text_names_its_alphabet(client: Client, address: str, accept: str) -> None:
    answer = client.get(address, headers={"Accept": accept})
    answer.getvalue()
    kind = answer.headers.get("Content-Type", "")
    assert "charset=utf-8" in kind.lower().replace('"', "") or not kind.startswith("text/")


@pytest.mark.django_db
@pytest.mark.parametrize("folder", ["/static/", "/static/js/", "/images/", "/media/", "/.git/"])
def test_a_folder_is_not_listed(client: Client, folder: str) -> None:
    assert client.get(folder).status_code in {404, 405}


@pytest.mark.django_db
def test_a_change_throws_away_what_was_drawn_before_it(client: Client) -> None:
    assert "prerenderCache" in client.post("/runs/selected/")["Clear-Site-Data"]
    assert client.get("/runs/")["Speculation-Rules"] == '"/static/prerender.speculationrules"'
    assert "Speculation-Rules" not in client.get("/")
