"""compose.yaml, read by a real parser and held against the schema of the Compose specification.

compose-spec.json is schema/compose-spec.json of github.com/compose-spec/compose-spec, Apache-2.0.
"""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from deploy import first_secrets
from playground import settings
from tests.product import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
LASTING = ["database", "queue", "web", "worker"]
OURS = ["release", "web", "worker"]


def test_it_keeps_to_the_specification() -> None:
    schema = json.loads((Path(__file__).parent / "compose-spec.json").read_text())
    jsonschema.Draft7Validator(schema).validate(COMPOSE)


@pytest.mark.parametrize("name", LASTING)
def test_what_lasts_has_a_health_check_and_is_started_again(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", ["database", "queue", "web", "worker"])
def test_what_has_data_keeps_it_in_a_volume(name: str) -> None:
    volumes = {one.split(":")[0] for one in SERVICES[name]["volumes"] if not one.endswith(":ro")}
    assert volumes
    assert volumes <= set(COMPOSE["volumes"])


@pytest.mark.parametrize("name", OURS)
def test_ours_run_on_a_read_only_root_without_privileges(name: str) -> None:
    service = SERVICES[name]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert len(service["tmpfs"]) == 1


def test_everything_waits_for_what_it_needs() -> None:
    needed = {name: service.get("depends_on", {}) for name, service in SERVICES.items()}
    for waiting in needed.values():
        assert set(waiting) <= set(SERVICES)
    assert needed["web"]["release"]["condition"] == "service_completed_successfully"
    assert needed["release"]["database"]["condition"] == "service_healthy"
    assert needed["database"]["secrets"]["condition"] == "service_completed_successfully"


def test_no_secret_stands_in_it_and_no_port_is_open_to_others() -> None:
    given = SERVICES["web"]["environment"]
    assert [name for name in given if name.endswith("_FILE")] == [
        "SECRET_KEY_FILE",
        "DATABASE_URL_FILE",
        "REDIS_URL_FILE",
    ]
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports == ["127.0.0.1:${PORT:-8000}:8000"]


def test_every_setting_of_it_is_one() -> None:
    names = {name.removesuffix("_FILE") for name in SERVICES["web"]["environment"]}
    described = (ROOT / ".env.example").read_text()
    assert [name for name in names if name not in described] == []
    assert settings.PORT  # as the image listens


def test_secrets_are_made_once_and_fit_together(tmp_path: Path) -> None:
    app, servers = tmp_path / "app", tmp_path / "servers"
    app.mkdir()
    servers.mkdir()
    first_secrets.make(app, servers)
    before = {path: path.read_text() for path in tmp_path.rglob("*.*")}
    first_secrets.make(app, servers)
    assert {path: path.read_text() for path in tmp_path.rglob("*.*")} == before
    password = (servers / "database-password").read_text().strip()
    assert f":{password}@database/" in (app / "database-url").read_text()
    password = (servers / "queue-password").read_text().strip()
    assert f"requirepass {password}\n" in (servers / "redis.conf").read_text()
    assert f":{password}@queue:" in (app / "redis-url").read_text()
    assert stat.S_IMODE((app / "secret-key").stat().st_mode) == 0o444


def test_the_files_that_it_names_are_those_that_are_made(tmp_path: Path) -> None:
    first_secrets.make(tmp_path, tmp_path)
    named = [
        value for name, value in SERVICES["web"]["environment"].items() if name.endswith("_FILE")
    ]
    named += [SERVICES["database"]["environment"]["POSTGRES_PASSWORD_FILE"]]
    named += SERVICES["queue"]["command"][1:]
    assert [one for one in named if not (tmp_path / Path(one).name).exists()] == []
