"""A setting that is misspelt is refused with the name that was meant; other people's names pass."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from playground.config import environment as env
from playground.config.names import refuse_misspelt

MEANT = {
    "METRIC_TOKEN": "METRICS_TOKEN",
    "WEB_CONCURENCY": "WEB_CONCURRENCY",
    "ALLOWED_HOST": "ALLOWED_HOSTS",
    "SECRETKEY": "SECRET_KEY",
    "DATABASE_URI": "DATABASE_URL",
    "PROT": "PORT",
    "TSL": "TLS",
    "data_dir": "DATA_DIR",
    "WAVESPEED_KEY": "WAVESPEED_API_KEY",
    "SERVER_ROUTER_HEADER": "SERVER_ROUTER_HEADERS",
    "SECRET_KEY_FIL": "SECRET_KEY_FILE",
    "ENVFILE": "ENV_FILE",
}
KNOWN = set(MEANT.values())
FOREIGN = {
    "SERVER_SOFTWARE",
    "REDIS_PORT",
    "REDIS_TLS_URL",
    "METRICS_SERVICE_HOST",
    "PGPORT",
    "XDG_DATA_DIRS",
    "SECRET_KEY_BASE",
    "DATABASE_HOST",
    "SERVER_FOO_PORT",
    "HOME",
}


@pytest.mark.parametrize("slip", MEANT)
def test_a_slip_is_refused_with_the_name_that_was_meant(slip: str) -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        refuse_misspelt([slip], KNOWN)
    assert str(caught.value) == f"{slip} is not a setting. Did you mean {MEANT[slip]}?"


def test_names_of_other_programs_pass() -> None:
    refuse_misspelt(FOREIGN | KNOWN, KNOWN)


@pytest.mark.parametrize("name", ["STORAGE_S3_COLOUR", "WAVESPEED_TELEPATHY"])
def test_what_can_only_be_ours_is_refused_though_nothing_is_near(name: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"{name} is not a setting. See .env.example"):
        refuse_misspelt([name], KNOWN)


def test_an_address_of_a_server_that_is_not_named_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SERVERS", "a")
    monkeypatch.setenv("SERVER_A_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("SERVER_B_URL", "http://127.0.0.1:2")
    env.servers()
    with pytest.raises(ImproperlyConfigured, match="SERVER_B_URL belongs to no server"):
        env.refuse_misspelt()
