"""The file of settings is read by one grammar, and a secret may stand in a file of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import ImproperlyConfigured

from playground.config import env_file
from playground.config import environment as env
from tests.product import ROOT

if TYPE_CHECKING:
    from pathlib import Path

HEADERS = "X-Title: Vision Playground; X-Other: 1"


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An empty environment in place of this process's."""
    empty: dict[str, str] = {}
    monkeypatch.setattr(os, "environ", empty)
    return empty


def test_a_value_with_spaces_and_semicolons_is_one_value(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    (tmp_path / "settings").write_text(f"SERVER_ROUTER_HEADERS={HEADERS}\nPORT=9000\n")
    environ |= {"ENV_FILE": str(tmp_path / "settings"), "PORT": "8000"}
    env_file.read_named_env_file(tmp_path / ".env")
    assert [environ["SERVER_ROUTER_HEADERS"], environ["PORT"]] == [HEADERS, "8000"]


def test_without_a_named_file_the_one_called_env_is_read(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    (tmp_path / ".env").write_text("RUN_DEADLINE=60\n")
    env_file.read_named_env_file(tmp_path / ".env")
    assert environ["RUN_DEADLINE"] == "60"


def test_a_named_file_that_is_missing_is_refused(tmp_path: Path, environ: dict[str, str]) -> None:
    environ["ENV_FILE"] = str(tmp_path / "none")
    with pytest.raises(ImproperlyConfigured, match=r"ENV_FILE is .* which is no file"):
        env_file.read_named_env_file(tmp_path / ".env")


@pytest.mark.parametrize("line", ["just words", 'NAME="open', "ALLOWED_HOSTS"])
def test_a_line_that_would_be_skipped_is_named_without_showing_it(
    tmp_path: Path, environ: dict[str, str], line: str
) -> None:
    (tmp_path / ".env").write_text(f"PORT=9000\n{line}\n")
    with pytest.raises(ImproperlyConfigured) as caught:
        env_file.read_env_file(tmp_path / ".env")
    assert str(caught.value) == f"Line 2 of {tmp_path}/.env cannot be read. Write NAME=value."


def test_a_file_that_is_not_text_is_refused(tmp_path: Path, environ: dict[str, str]) -> None:
    (tmp_path / ".env").write_bytes(b"PORT=\xff\xfe\n")
    with pytest.raises(ImproperlyConfigured, match="cannot be read: it is not UTF-8 text"):
        env_file.read_env_file(tmp_path / ".env")


SECRETS = [
    "SECRET_KEY",
    "KEY_ENCRYPTION_KEYS",
    "WAVESPEED_API_KEY",
    "WEBHOOK_SECRET",
    "DATABASE_URL",
    "REDIS_URL",
    "STORAGE_S3_ACCESS_KEY",
    "STORAGE_S3_SECRET_KEY",
    "METRICS_TOKEN",
    "SERVER_LAB_KEY",
    "SERVER_LAB_HEADERS",
]
VALUES = {
    "WEBHOOK_SECRET": "whsec_c2VjcmV0",
    "DATABASE_URL": "postgres://u:hidden@127.0.0.1/name",
    "REDIS_URL": "redis://:hidden@127.0.0.1/0",
    "SERVER_LAB_HEADERS": "X-Key: hidden",
}
BESIDE = {"SERVERS": "lab", "SERVER_LAB_URL": "http://127.0.0.1:1", "PYTHON_DOTENV_DISABLED": "1"}
BESIDE |= {"WEBHOOK_URL": "https://playground.example.org", "STORAGE_S3_BUCKET": "pictures"}
PRINTED = """
from playground import settings as s
print(s.SECRET_KEY, s.KEY_ENCRYPTION_KEYS, s.WAVESPEED_API_KEY, s.WEBHOOK_SECRET, s.METRICS_TOKEN)
print(s.DATABASES, s.HUEY, s.STORAGES, [vars(server) for server in s.SERVERS])
"""


def secret_of(name: str) -> str:
    return VALUES.get(name, f"{name.lower()}-" + "x" * 50)


def test_every_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    named = dict[str, str]()
    for name in SECRETS:
        (tmp_path / name).write_text(secret_of(name) + "\n")
        named[f"{name}_FILE"] = str(tmp_path / name)
    given = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)} | BESIDE | named
    done = subprocess.run(
        [sys.executable, "-c", PRINTED], cwd=ROOT, env=given, capture_output=True, text=True
    )
    parts = ["hidden" if "hidden" in secret_of(name) else secret_of(name) for name in SECRETS]
    assert [part for part in parts if part not in done.stdout] == [], done.stderr


def test_a_secret_given_twice_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "hidden")
    monkeypatch.setenv("SECRET_KEY_FILE", "/run/secrets/key")
    with pytest.raises(ImproperlyConfigured) as caught:
        env.confidential("SECRET_KEY")
    words = "Both SECRET_KEY and SECRET_KEY_FILE are set. Set one of them."
    assert str(caught.value) == words


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "which is empty"),
        (b"hidden\nlines\n", "which has more than one line"),
        (b"hidden\xff", "which cannot be read: it is not UTF-8 text"),
        (None, "which cannot be read: No such file"),
    ],
)
def test_a_file_without_one_secret_is_refused_without_showing_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None, words: str
) -> None:
    if content is not None:
        (tmp_path / "key").write_bytes(content)
    monkeypatch.setenv("METRICS_TOKEN_FILE", str(tmp_path / "key"))
    with pytest.raises(ImproperlyConfigured, match=rf"METRICS_TOKEN_FILE is .*, {words}") as caught:
        env.secret("METRICS_TOKEN", least=1)
    assert "hidden" not in str(caught.value)


def test_the_unit_leaves_the_file_to_the_playground() -> None:
    unit = (ROOT / "deploy/playground.service").read_text().splitlines()
    assert "Environment=ENV_FILE=/etc/playground.env" in unit
    assert not [line for line in unit if line.startswith("EnvironmentFile")]
