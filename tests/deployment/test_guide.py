"""Both ways of docs/deployment.md, run as they are written: from installing to a restore."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
import requests

from tests.conftest import PASSWORD, png
from tests.deployment.guide import Machine
from tests.product import Session, free_port
from tests.servers import redis_server
from tests.servers.processes import until
from tests.servers.s3 import KEYS, s3_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.servers import PostgresServer

pytestmark = pytest.mark.processes
HOST = "playground.example.org"
CREATE_ADMIN = {"createadmin NAME ": "createadmin mira --password-stdin "}
BESIDE = {"FIND_LOCAL_SERVERS": "0", "LOG_LEVEL": "WARNING"}


class Visitor:
    """A browser behind the proxy, which says that it terminated TLS."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.session = Session()
        said = {"Host": HOST, "X-Forwarded-Proto": "https", "Origin": f"https://{HOST}"}
        self.session.headers.update(said)
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> requests.Response:
        answer = self.session.get(self.url + path, headers=self._jar(), timeout=30)
        return self._kept(answer)

    def post(self, path: str, **fields: str) -> requests.Response:
        files = {"images": ("teal.png", png(), "image/png")} if "models" in fields else None
        whole = fields | {"csrfmiddlewaretoken": self.cookies["__Host-csrftoken"]}
        answer = self.session.post(
            self.url + path,
            whole,
            files=files,
            headers=self._jar(),
            timeout=60,
            allow_redirects=False,
        )
        return self._kept(answer)

    def _jar(self) -> dict[str, str]:
        """Cookies for https alone: the library would not send them here."""
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}

    def _kept(self, answer: requests.Response) -> requests.Response:
        self.cookies |= answer.cookies.get_dict()
        self.session.cookies.clear()
        return answer

    def sign_in(self) -> None:
        self.get("/sign-in/")
        answer = self.post("/sign-in/", username="mira", password=PASSWORD)
        assert answer.status_code == 303, answer.text[:500]

    def ask(self) -> str:
        fields = {"prompt": "What?", "models": "openai/gpt-4o", "priority": "latency"}
        return self.post("/runs/", **fields).headers["Location"]

    def status(self, run: str) -> str:
        return str(self.get(f"{run.rstrip('/')}.json").json().get("status"))

    def is_ready(self) -> bool:
        try:
            return bool(self.get("/healthz").json()["worker"] == "ok")
        except requests.ConnectionError:
            return False


def asked(visitor: Visitor) -> str:
    """Wait for the playground, sign in, press Run; returns the address of the run that ended."""
    until(visitor.is_ready, "web and worker")
    visitor.sign_in()
    run = visitor.ask()
    until(lambda: visitor.status(run) == "completed", "the run")
    return run


def machine_in(folder: Path, words: dict[str, str]) -> Machine:
    """Return an empty one that listens where nobody else does."""
    settings = BESIDE | {"PORT": str(free_port()), "STATIC_ROOT": str(folder / "static")}
    return Machine(folder / "machine", CREATE_ADMIN | words, settings)


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Machine]:
    machine = machine_in(tmp_path, {})
    yield machine
    machine.end()


@pytest.fixture
def several(tmp_path: Path, postgres: PostgresServer) -> Iterator[Machine]:
    """One of several, with a PostgreSQL, a Redis and a bucket; `$DATABASE_URL` is set as well."""
    database, empty = (postgres.create_database(f"guide_{uuid4().hex}") for _ in range(2))
    with redis_server() as redis, s3_server() as bucket:
        machine = machine_in(
            tmp_path,
            {
                "playground:PASSWORD@db.example.org/playground?sslmode=verify-full"
                "&sslrootcert=/etc/ssl/certs/ca-certificates.crt": database.partition("://")[2],
                "redis://:PASSWORD@redis.example.org:6379/0": redis,
                "https://s3.example.org": bucket,
                "S3_ACCESS_KEY=KEY": f"S3_ACCESS_KEY={KEYS['access_key']}",
                "S3_SECRET_KEY=SECRET": f"S3_SECRET_KEY={KEYS['secret_key']}",
                "THE-SAME-ON-ALL-MACHINES": "of-the-guide" * 5,
                '"$DATABASE_URL"': f'"{database}"',
                "$EMPTY_DATABASE_URL": empty,
            },
        )
        machine.words["--port 8000"] = f"--port {machine.settings['PORT']}"
        yield machine
        machine.end()


def test_one_machine_is_installed_backed_up_and_put_back(one: Machine) -> None:
    one.run("one")
    one.run("one-wrapper")
    one.run("one-start", typed=f"{PASSWORD}\n")
    visitor = Visitor(int(one.settings["PORT"]))
    run = asked(visitor)
    one.run("one-backup")
    said = one.run("one-restore")
    assert "1 runs. Unknown now, since they may have been sent: 0." in said
    assert "1 pictures. Without their file: 0." in said
    until(visitor.is_ready, "the playground that was put back")
    assert visitor.status(run) == "completed"


def test_several_machines_are_installed_backed_up_and_put_back(several: Machine) -> None:
    for block in ("one", "one-wrapper", "several-settings"):
        several.run(block)
    said = several.run("several-release")
    assert said.count("answers: ") == 3, said
    several.command(f"playground createadmin mira --password-stdin <<< '{PASSWORD}'")
    several.start("several-start")
    visitor = Visitor(int(several.settings["PORT"]))
    run = asked(visitor)
    several.run("several-backup")
    several.end()
    assert "1 runs. Unknown now" in several.run("several-restore")
    several.start("several-start")
    until(visitor.is_ready, "the playground that was put back")
    assert visitor.status(run) == "completed"


def test_one_machine_moves_to_postgresql(several: Machine) -> None:
    several.run("one")
    several.run("one-wrapper")
    several.run("one-start", typed=f"{PASSWORD}\n")
    visitor = Visitor(int(several.settings["PORT"]))
    run = asked(visitor)
    several.command("systemctl stop playground")
    assert "1 pictures. Without their file: 0." in several.run("several-move")
    several.command("systemctl start playground")
    until(visitor.is_ready, "the playground on PostgreSQL")
    visitor.sign_in()
    assert visitor.status(run) == "completed"
