"""Settings come from the environment, refuse nonsense, and default to a local playground."""

from __future__ import annotations

import os
import re
import runpy
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import ImproperlyConfigured
from dotenv import dotenv_values

from playground.config import environment as env
from playground.config.secret_key import secret_key
from playground.operations import checks
from tests.migrated import put_migrated
from tests.patience import PATIENCE_SECONDS
from tests.product import ROOT, free_port

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_django.fixtures import SettingsWrapper


def check(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return run(tmp_path, [sys.executable, "manage.py", "check"], **environment)


def plain(tmp_path: Path) -> dict[str, str]:
    base = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    base |= {"DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "playground.settings"}
    return base | {"STATIC_ROOT": str(tmp_path / "static"), "PYTHON_DOTENV_DISABLED": "1"}


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., SimpleNamespace]:
    """Read the settings as a process does that starts with that environment."""

    def read_in(**environment: str) -> SimpleNamespace:
        monkeypatch.setattr(os, "environ", plain(tmp_path) | environment)
        return SimpleNamespace(**runpy.run_path(str(ROOT / "playground/settings.py")))

    return read_in


def run(tmp_path: Path, command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=ROOT,
        env=plain(tmp_path) | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )


KEY = "s" * 50
ELSEWHERE = {
    "ACCESS": "accounts",
    "OIDC_NAME": "Example Institute",
    "OIDC_ISSUER": "https://login.example.org/realm",
    "OIDC_CLIENT_ID": "playground",
    "OIDC_CLIENT_SECRET": "a-secret-of-theirs",
    "OIDC_EMAIL_DOMAINS": "example.org",
}
NONSENSE = [
    (ELSEWHERE | {"ACCESS": "local"}, "Set ACCESS=accounts"),
    (ELSEWHERE | {"OIDC_EMAIL_DOMAINS": ""}, "OIDC_EMAIL_DOMAINS is not set"),
    (ELSEWHERE | {"OIDC_CLIENT_SECRET": ""}, "OIDC_CLIENT_SECRET is not set"),
    (ELSEWHERE | {"OIDC_EMAIL_DOMAINS": "*.org"}, "OIDC_EMAIL_DOMAINS has '*.org'"),
    (ELSEWHERE | {"OIDC_EMAIL_DOMAINS": "a@example.org"}, "OIDC_EMAIL_DOMAINS has"),
    (ELSEWHERE | {"OIDC_ISSUER": "http://login.example.org"}, "has to begin with https://"),
    (ELSEWHERE | {"OIDC_ISSUER": "https://x.example/.well-known/openid"}, "Cut it there"),
    (ELSEWHERE | {"OIDC_ADMINISTRATORS": "admins"}, "OIDC_ADMINISTRATORS is 'admins'"),
    (ELSEWHERE | {"OIDC_STRENGTH": "mfa"}, "amr=mfa for how strongly"),
    (ELSEWHERE | {"OIDC_NAME": "x" * 41}, "OIDC_NAME is over 40"),
    ({"ACCESS": "accounts", "OIDC_CLIENT": "x"}, "OIDC_CLIENT is not a setting"),
    ({"PORT": "abc"}, "PORT is 'abc'"),
    ({"PORT": "70000"}, "PORT is '70000'"),
    ({"DEBUG": "maybe"}, "DEBUG is 'maybe'"),
    ({"WAVESPEED_BASE_URL": "ftp://x"}, "WAVESPEED_BASE_URL is 'ftp://x'"),
    ({"WAVESPEED_BASE_PRICE": "free"}, "WAVESPEED_BASE_PRICE is 'free'"),
    ({"WAVESPEED_BASE_PRICE": "-1"}, "WAVESPEED_BASE_PRICE is '-1'"),
    ({"WAVESPEED_CONCURRENCY": "0"}, "WAVESPEED_CONCURRENCY is '0'"),
    ({"ACCESS": "everybody"}, "ACCESS is 'everybody'"),
    ({"ALLOWED_HOSTS": "https://example.org", "SECRET_KEY": KEY}, "ALLOWED_HOSTS has"),
    ({"WEB_CONCURENCY": "2"}, "Did you mean WEB_CONCURRENCY?"),
    ({"DATABASE_URL": "postgres://u:p#w@h/name"}, "DATABASE_URL cannot be read"),
    ({"STATIC_ROOT": "/dev/null/static"}, "STATIC_ROOT is '/dev/null/static'"),
    ({"SECRET_KEY": KEY, "SECRET_KEY_FILE": "/x"}, "Both SECRET_KEY and SECRET_KEY_FILE"),
    ({"DATABASE_URL": "mysql://x/y"}, "neither SQLite nor PostgreSQL"),
    ({"DATABASE_URL": "nonsense"}, "DATABASE_URL names neither"),
    ({"REDIS_URL": "http://x"}, "REDIS_URL is no address of Redis"),
    ({"WAVESPEED_BASE_URL": "http://[1"}, "WAVESPEED_BASE_URL is 'http://[1'"),
    ({"WAVESPEED_BASE_URL": "http://x:99999"}, "WAVESPEED_BASE_URL is 'http://x:99999'"),
    ({"FETCH_PORTS": "80,²"}, "FETCH_PORTS is '80,²'"),
    ({"WEB_THREADS": "many"}, "WEB_THREADS is 'many'"),
    ({"EXPERIMENT_RUNS": "0"}, "EXPERIMENT_RUNS is '0'"),
    ({"WEB_CONCURRENCY": "0"}, "WEB_CONCURRENCY is '0'"),
    ({"TZ": "Nowhere/Land"}, "TZ is 'Nowhere/Land'"),
    ({"DATA_DIR": "/dev/null/data"}, "DATA_DIR is '/dev/null/data'"),
    ({"ALLOWED_HOSTS": "example.org"}, "SECRET_KEY is not set"),
    ({"ALLOWED_HOSTS": "example.org", "SECRET_KEY": "short"}, "too short or a sample"),
    ({"SECRET_KEY": "django-insecure-" + KEY}, "too short or a sample"),
    ({"ALLOWED_HOSTS": "example.org", "SECRET_KEY": KEY, "DEBUG": "1"}, "DEBUG is on"),
]


@pytest.mark.parametrize(("environment", "words"), NONSENSE)
def test_nonsense_is_refused_by_name(
    read: Callable[..., SimpleNamespace], environment: dict[str, str], words: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=re.escape(words)) as refusal:
        read(**environment)
    assert "\n" not in str(refusal.value)


def test_a_command_says_it_in_one_line(tmp_path: Path) -> None:
    environment, words = NONSENSE[0]
    result = check(tmp_path, **environment)
    assert result.returncode != 0
    assert words in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("domains", ["*", "example.org, example.net"])
def test_a_provider_of_sign_ins_is_taken_whole(
    tmp_path: Path, read: Callable[..., SimpleNamespace], domains: str
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a-secret-of-theirs")
    given = ELSEWHERE | {"OIDC_CLIENT_SECRET": "", "OIDC_CLIENT_SECRET_FILE": str(secret)}
    given |= {"OIDC_EMAIL_DOMAINS": domains, "OIDC_ADMINISTRATORS": "groups=admins"}
    given |= {"OIDC_STRENGTH": "amr=mfa"}
    assert read(**given).OIDC.client_secret == "a-secret-of-theirs"


def test_an_empty_environment_is_a_local_playground(tmp_path: Path) -> None:
    assert check(tmp_path).returncode == 0


def test_the_local_secret_is_made_once_and_kept_for_its_owner_alone(
    tmp_path: Path, read: Callable[..., SimpleNamespace]
) -> None:
    assert read().SECRET_KEY == read().SECRET_KEY
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_first_starts_at_once_have_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as starts:
        keys = set(starts.map(lambda _: secret_key("", tmp_path, local=True), range(8)))
    assert len(keys) == 1
    assert [one.name for one in tmp_path.iterdir()] == ["secret-key"]


def test_an_empty_secret_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "secret-key").touch()
    with pytest.raises(ImproperlyConfigured, match="secret-key is empty"):
        secret_key("", tmp_path, local=True)


def test_a_new_data_folder_is_for_its_owner_alone(
    tmp_path: Path, read: Callable[..., SimpleNamespace]
) -> None:
    read(DATA_DIR=str(tmp_path / "new"))
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


OTHERS = [{"ALLOWED_HOSTS": hosts, "SECRET_KEY": KEY} for hosts in ("example.org", "*", "10.0.0.1")]


def complaints(
    read: Callable[..., SimpleNamespace], settings: SettingsWrapper, **environment: str
) -> str:
    """What the checks say of such an environment."""
    for name, value in vars(read(**environment)).items():
        if name in {"ACCESS", "LOCAL", "ALLOWED_HOSTS", "TLS"}:
            setattr(settings, name, value)
    asked = (checks.access, checks.hosts, checks.passwords_in_the_clear)
    return "".join(str(said) for one in asked for said in one())


@pytest.mark.parametrize("environment", OTHERS)
def test_other_hosts_need_accounts(
    read: Callable[..., SimpleNamespace], settings: SettingsWrapper, environment: dict[str, str]
) -> None:
    assert "ACCESS=local has no sign-in" in complaints(read, settings, **environment)


@pytest.mark.parametrize("command", [["manage.py", "serve"], ["manage.py", "migrate"]])
def test_nothing_starts_with_an_open_door(tmp_path: Path, command: list[str]) -> None:
    result = run(tmp_path, [sys.executable, *command], **OTHERS[0])
    assert result.returncode != 0
    assert "ACCESS=local has no sign-in" in result.stderr


@pytest.mark.parametrize("config", [["-c", "python:playground.server"], []])
def test_gunicorn_does_not_serve_an_open_door(tmp_path: Path, config: list[str]) -> None:
    put_migrated(tmp_path / "playground.db", "local")
    port = str(free_port())
    command = [sys.executable, "-m", "gunicorn", *config, "-b", f"127.0.0.1:{port}"]
    result = run(tmp_path, [*command, "playground.wsgi"], **OTHERS[0], PORT=port)
    assert result.returncode != 0
    assert "ACCESS=local has no sign-in" in result.stderr


def test_accounts_serve_other_hosts_and_warn_without_tls(
    tmp_path: Path, read: Callable[..., SimpleNamespace], settings: SettingsWrapper
) -> None:
    result = check(tmp_path, **OTHERS[0], ACCESS="accounts")
    assert result.returncode == 0
    assert "in the clear" in result.stderr
    assert complaints(read, settings, **OTHERS[0], ACCESS="accounts", TLS="1") == ""


@pytest.mark.parametrize("hosts", ["*", ".example.org"])
def test_hosts_are_named_in_full(
    read: Callable[..., SimpleNamespace], settings: SettingsWrapper, hosts: str
) -> None:
    named = {"ACCESS": "accounts", "ALLOWED_HOSTS": hosts, "SECRET_KEY": KEY}
    assert "not an exact host" in complaints(read, settings, **named)


def test_from_local_to_accounts_and_back_is_one_migrate(tmp_path: Path) -> None:
    put_migrated(tmp_path / "playground.db", "local")
    for access in ("accounts", "local"):
        result = run(tmp_path, [sys.executable, "manage.py", "migrate"], ACCESS=access)
        assert result.returncode == 0, result.stderr


def test_gunicorn_says_in_one_line_which_setting_is_wrong(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gunicorn", "-c", "python:playground.server"]
    result = run(tmp_path, [*command, "playground.wsgi"], METRIC_TOKEN="x" * 20)
    assert result.returncode != 0
    assert result.stderr == "METRIC_TOKEN is not a setting. Did you mean METRICS_TOKEN?\n"


def test_the_sample_changes_nothing_until_somebody_does() -> None:
    assert dotenv_values(ROOT / ".env.example") == {}


NAMED = re.compile(r"""env\.[a-z_]+\(\s*"([A-Z][A-Z0-9_]+)\"""")


@pytest.mark.parametrize("page", [".env.example", "docs/deployment.md"])
def test_every_variable_is_described(page: str) -> None:
    read = set(NAMED.findall((ROOT / "playground/settings.py").read_text())) | set(env.LIMITS)
    assert len(read) > 30
    described = set(re.findall(r"[A-Z][A-Z0-9_]+", (ROOT / page).read_text()))
    assert read - described == set()


def test_the_version_is_the_projects() -> None:
    import tomllib

    from playground import VERSION

    with (ROOT / "pyproject.toml").open("rb") as file:
        assert tomllib.load(file)["project"]["version"] == VERSION
