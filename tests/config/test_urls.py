"""Hosts and URLs that cannot work are refused by the name of their setting, secrets unshown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import ImproperlyConfigured

from playground.config import environment as env

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Read = Callable[[str], object]


def refusal(monkeypatch: pytest.MonkeyPatch, read: Read, name: str, value: str) -> str:
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured) as caught:
        read(name)
    return str(caught.value)


@pytest.mark.parametrize(
    "hosts",
    [
        "https://playground.example.org",
        "playground.example.org:8443",
        "playground.example.org/",
        "a.example b.example",
        "a.example;b.example",
        "::1",
        "a_b.example",
        "müller.example",
        "good.example,http://bad.example",
    ],
)
def test_a_host_with_something_around_it_is_refused(
    monkeypatch: pytest.MonkeyPatch, hosts: str
) -> None:
    words = refusal(monkeypatch, env.hosts, "ALLOWED_HOSTS", hosts)
    assert words.startswith("ALLOWED_HOSTS has ")
    assert "Write hosts by comma" in words


@pytest.mark.parametrize("hosts", ["localhost,[::1]", "A.example, 10.0.0.1", "*", ".example.org"])
def test_hosts_as_requests_name_them_pass(monkeypatch: pytest.MonkeyPatch, hosts: str) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", hosts)
    assert len(env.hosts("ALLOWED_HOSTS")) == hosts.count(",") + 1


BROKEN = [f"u:hid{one}den@h/name" for one in ("#", "/", "?", "[", "/x#")]


@pytest.mark.parametrize("rest", BROKEN)
@pytest.mark.parametrize(
    ("read", "name", "scheme"),
    [
        (env.database_address, "DATABASE_URL", "postgres"),
        (env.redis_address, "REDIS_URL", "redis"),
    ],
)
def test_a_reserved_character_of_a_password_is_named(
    monkeypatch: pytest.MonkeyPatch, read: Read, name: str, scheme: str, rest: str
) -> None:
    words = refusal(monkeypatch, read, name, f"{scheme}://{rest}")
    assert words.startswith(f"{name} cannot be read. In a password write # as %23")
    assert "hid" not in words


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("redis://h:abc/0", "REDIS_URL has a port"),
        ("redis://h:99999/0", "REDIS_URL has a port"),
        ("redis://h:0/0", "REDIS_URL has a port"),
        ("redis://h:/0", "REDIS_URL has a port"),
        ("redis://h:6379/abc", "REDIS_URL has a database"),
        ("redis://h:6379/-1", "REDIS_URL has a database"),
        ("redis://h:6379/0/1", "REDIS_URL has a database"),
        ("redis://h:6379?db=abc", "REDIS_URL has a database"),
        ("http://h", "REDIS_URL is no address of Redis"),
    ],
)
def test_a_wrong_port_or_database_of_redis_is_refused(
    monkeypatch: pytest.MonkeyPatch, url: str, words: str
) -> None:
    assert refusal(monkeypatch, env.redis_address, "REDIS_URL", url).startswith(words)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgres://u:hidden@h", "DATABASE_URL names no database"),
        ("postgres://u:hidden@h/", "DATABASE_URL names no database"),
        ("postgres://u:hidden@h:x/name", "DATABASE_URL has a port"),
        ("postgres://u:hidden@h:70000/name", "DATABASE_URL has a port"),
        ("sqlite:////srv/a#b.db", "DATABASE_URL has a #"),
    ],
)
def test_a_database_that_cannot_be_meant_is_refused(
    monkeypatch: pytest.MonkeyPatch, url: str, words: str
) -> None:
    said = refusal(monkeypatch, env.database_address, "DATABASE_URL", url)
    assert said.startswith(words)
    assert "hidden" not in said


@pytest.mark.parametrize(
    ("read", "url"),
    [
        (env.database_address, "postgres://u:p%23s%2Fs@h:5432/name?sslmode=require"),
        (env.database_address, "postgres://u:p@ss@h/name"),
        (env.database_address, "postgresql:///name"),
        (env.database_address, "sqlite:////srv/a@b/playground.db"),
        (env.redis_address, "redis://:p%23s@h:6379/3"),
        (env.redis_address, "rediss://h"),
        (env.redis_address, "unix:///run/redis@1.sock?db=2"),
    ],
)
def test_what_works_passes_as_it_is(monkeypatch: pytest.MonkeyPatch, read: Read, url: str) -> None:
    monkeypatch.setenv("SOME_URL", url)
    assert read("SOME_URL") == url


@pytest.mark.parametrize("end", ["/webhooks", "/?x=1", "?x=1", "#x"])
def test_a_webhook_address_with_more_than_the_host_is_refused(
    monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    monkeypatch.setenv("WEBHOOK_SECRET", "whsec_c2VjcmV0")
    words = refusal(
        monkeypatch, lambda _: env.webhook(), "WEBHOOK_URL", f"https://playground.example.org{end}"
    )
    assert words.startswith("WEBHOOK_URL is ")


@pytest.mark.parametrize("secret", ["whsec_not-base64", "whsec_hid den", "whsec_hidde", "whsec_"])
def test_a_webhook_secret_that_is_not_whole_is_refused_unshown(
    monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    monkeypatch.setenv("WEBHOOK_URL", "https://playground.example.org")
    words = refusal(monkeypatch, lambda _: env.webhook(), "WEBHOOK_SECRET", secret)
    assert words == "WEBHOOK_SECRET is not base64 behind whsec_. Copy all of it."


@pytest.mark.parametrize("url", ["ftp://u:hidden@h", "https://u:hidden@h?x=1", "http://hidden@"])
def test_a_password_in_an_address_is_not_shown(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    words = refusal(monkeypatch, env.address, "WAVESPEED_BASE_URL", url)
    assert words.startswith("WAVESPEED_BASE_URL is ")
    assert "hidden" not in words


def test_a_folder_that_cannot_be_made_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    words = refusal(
        monkeypatch,
        lambda name: env.chosen_folder(name, tmp_path),
        "STATIC_ROOT",
        str(tmp_path / "file/static"),
    )
    assert words.startswith("STATIC_ROOT is ")
    assert "cannot be made: Not a directory" in words
