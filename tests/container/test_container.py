"""Web and worker from the image, on a read-only root and as nobody, carry a run to its end."""

from __future__ import annotations

import re
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests
import yaml

from deploy import first_secrets
from tests.conftest import PASSWORD, png
from tests.container.image import Image
from tests.patience import PATIENCE_SECONDS
from tests.product import ROOT, Server, Session, free_port, wait_until_ready
from tests.servers import postgres_server, redis_server
from tests.servers.processes import end, until

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

pytestmark = pytest.mark.container
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
HEALTHY = COMPOSE["services"]["web"]["healthcheck"]["test"][1:3]


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    folder = Path(tempfile.mkdtemp(prefix="playground-image-"))
    image = Image(folder)
    try:
        image.build()
        yield image
        image.drop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Installation:
    """What compose.yaml makes of the image, with servers of the tests in place of its own."""

    image: Image
    volumes: dict[Path, str]
    settings: dict[str, str]
    port: int
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def run(self, *command: str, typed: str = "") -> str:
        code, said = self.image.run(list(command), self.volumes, self.settings, typed=typed)
        assert code == 0, said
        return said

    def start(self) -> None:
        self.run(*COMPOSE["services"]["release"]["command"])
        self.run("python", "manage.py", "createadmin", "mira", "--password-stdin", typed=PASSWORD)
        bind = [word.replace(":8000", f":{self.port}") for word in self.image.config["Cmd"]]
        for command in (bind, COMPOSE["services"]["worker"]["command"]):
            self.running.append(self.image.start(command, self.volumes, self.settings))
        server = Server(self.url, self.running[0], ROOT)  # type: ignore[arg-type]
        assert wait_until_ready(server)


@pytest.fixture(scope="module")
def installation(image: Image, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("volumes")
    for name in ("app", "servers", "data"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", 10001, 10001)
    for part in (folder, *list(folder.parents)[:2]):
        part.chmod(0o755)  # a volume is reachable whatever stands above it
    first_secrets.make(folder / "app", folder / "servers")
    port = free_port()
    given = COMPOSE["services"]["web"]["environment"]
    settings = {name: value for name, value in given.items() if "${" not in value}
    settings |= {"ALLOWED_HOSTS": "localhost", "WEB_CONCURRENCY": "2", "PORT": str(port)}
    volumes = {folder / "data": "/data", folder / "app": "/run/playground"}
    with ExitStack() as servers:
        for name, url in (
            (
                "database-url",
                servers.enter_context(postgres_server()).create_database("playground"),
            ),
            ("redis-url", servers.enter_context(redis_server())),
        ):
            (folder / "app" / name).chmod(0o644)
            (folder / "app" / name).write_text(url)
        made = Installation(image, volumes, settings, port)
        try:
            made.start()
            yield made
        finally:
            for process in made.running:
                end(process)  # type: ignore[arg-type]


def signed_in(site: Installation) -> Session:
    session = Session()
    session.headers["Origin"] = site.url
    session.get(f"{site.url}/sign-in/", timeout=PATIENCE_SECONDS)
    post(site, session, "/sign-in/", username="mira", password=PASSWORD)
    return session


def post(site: Installation, session: Session, path: str, **fields: object) -> str:
    files = fields.pop("files", None)
    whole = {"csrfmiddlewaretoken": session.cookies["csrftoken"], **fields}
    return session.post(site.url + path, whole, files=files, timeout=PATIENCE_SECONDS).url


def test_a_run_with_a_picture_is_carried_to_its_end(installation: Installation) -> None:
    session = signed_in(installation)
    files = {"images": ("teal.png", png(), "image/png")}
    fields = {"prompt": "What is this?", "models": "openai/gpt-4o", "priority": "latency"}
    address = post(installation, session, "/runs/", files=files, **fields).rstrip("/") + ".json"
    until(
        lambda: session.get(address, timeout=PATIENCE_SECONDS).json()["status"] == "completed",
        "the run",
    )


def test_every_part_is_well_and_its_health_check_says_so(installation: Installation) -> None:
    health = requests.get(f"{installation.url}/healthz", timeout=PATIENCE_SECONDS).json()
    assert set(health.values()) == {"ok"}
    installation.run(*HEALTHY, "web")
    said = installation.run("python", "manage.py", "check", "--deploy")
    assert "The queue answers: Redis" in said


def test_static_files_were_collected_by_the_build(installation: Installation) -> None:
    page = requests.get(f"{installation.url}/sign-in/", timeout=PATIENCE_SECONDS).text
    found = re.search(r"/static/[^\"]+\.[0-9a-f]{12}\.css", page)
    assert found
    assert requests.get(installation.url + found[0], timeout=PATIENCE_SECONDS).status_code == 200


def test_nothing_of_the_image_can_be_written_to_and_nobody_is_root(
    installation: Installation,
) -> None:
    attempt = "import os; print(os.getuid(), os.access('.', os.W_OK), os.access('/tmp', os.W_OK))"
    assert installation.run("python", "-c", attempt).strip() == "10001 False True"
    with pytest.raises(AssertionError, match="Read-only file system"):
        installation.run("python", "-c", "open('/opt/playground/playground/x', 'w')")


def test_web_and_worker_end_when_they_are_asked_to(installation: Installation) -> None:
    for process in installation.running:
        process.terminate()
    assert [process.wait(20) for process in installation.running] == [0, 0]
