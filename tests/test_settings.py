"""Settings come from the environment, refuse nonsense, and default to a local playground."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.product import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def check(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    base = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    base |= {"DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "playground.settings"}
    command = [sys.executable, "manage.py", "check"]
    return subprocess.run(
        command, cwd=ROOT, env=base | environment, capture_output=True, text=True, check=False
    )


KEY = "s" * 50
NONSENSE = [
    ({"PORT": "abc"}, "PORT is 'abc'"),
    ({"PORT": "70000"}, "PORT is '70000'"),
    ({"DEBUG": "maybe"}, "DEBUG is 'maybe'"),
    ({"WAVESPEED_BASE_URL": "ftp://x"}, "WAVESPEED_BASE_URL is 'ftp://x'"),
    ({"WAVESPEED_BASE_PRICE": "free"}, "WAVESPEED_BASE_PRICE is 'free'"),
    ({"WAVESPEED_BASE_PRICE": "-1"}, "WAVESPEED_BASE_PRICE is '-1'"),
    ({"WAVESPEED_CONCURRENCY": "0"}, "WAVESPEED_CONCURRENCY is '0'"),
    ({"ACCESS": "everybody"}, "ACCESS is 'everybody'"),
    ({"DATABASE_URL": "mysql://x/y"}, "neither SQLite nor PostgreSQL"),
    ({"ALLOWED_HOSTS": "example.org"}, "SECRET_KEY is not set"),
    ({"ALLOWED_HOSTS": "example.org", "SECRET_KEY": "short"}, "too short or a sample"),
    ({"SECRET_KEY": "django-insecure-" + KEY}, "too short or a sample"),
    ({"ALLOWED_HOSTS": "example.org", "SECRET_KEY": KEY, "DEBUG": "1"}, "DEBUG is on"),
]


@pytest.mark.parametrize(("environment", "words"), NONSENSE)
def test_nonsense_is_refused_by_name(
    tmp_path: Path, environment: dict[str, str], words: str
) -> None:
    result = check(tmp_path, **environment)
    assert result.returncode != 0
    assert words in result.stderr


def test_an_empty_environment_is_a_local_playground(tmp_path: Path) -> None:
    assert check(tmp_path).returncode == 0


def test_the_local_secret_is_made_once_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    check(tmp_path)
    path = tmp_path / "secret-key"
    first = path.read_text()
    check(tmp_path)
    assert path.read_text() == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_other_hosts_without_sign_in_are_warned_about(tmp_path: Path) -> None:
    result = check(tmp_path, ALLOWED_HOSTS="example.org", SECRET_KEY=KEY)
    assert "This playground has no sign-in" in result.stderr


def test_a_file_named_env_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dotenv import dotenv_values

    assert set(dotenv_values(ROOT / ".env.example")) == set()
    text = (ROOT / ".env.example").read_text()
    assert "# WAVESPEED_API_KEY=" in text
