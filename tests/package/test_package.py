"""The wheel: what is in it and asked for by it, and a playground that runs from it alone."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from packaging.requirements import Requirement

from playground.operations import command_line
from tests.conftest import png
from tests.operations.test_serve import alive, assert_hashed, children, ended
from tests.package.installed import Installed, install
from tests.patience import PATIENCE_SECONDS
from tests.product import ROOT, Server, Session, free_port, stop, wait_until_ready
from tests.whole.test_requirements import pins

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return install(tmp_path_factory.mktemp("package"))


@pytest.fixture
def server(installed: Installed) -> Iterator[Server]:
    """The installed command alone, as somebody starts it who has set nothing but a port."""
    port = free_port()
    settings = {"PORT": str(port), "DJANGO_SETTINGS_MODULE": "another.project"}
    process = subprocess.Popen(
        [installed.command], cwd=installed.elsewhere(), env=installed.environment(**settings)
    )
    server = Server(f"http://127.0.0.1:{port}", process, installed.data)
    yield server
    if process.poll() is None:
        stop(server)


@pytest.mark.processes
def test_it_carries_a_run_from_a_folder_that_is_only_read(
    server: Server, installed: Installed
) -> None:
    before = installed.files()
    assert wait_until_ready(server)
    assert ended(server, pressed_with_picture(server)) == "completed"
    assert_hashed(server)
    assert (installed.data / "playground.db").is_file()
    asked = installed.ask("run", "What is this?", "--image", str(picture(installed.folder)))
    assert (asked.returncode, "demo" in asked.stdout) == (0, True), asked.stderr
    pids = children(server.process.pid)
    stop(server)
    assert (alive(pids), installed.files()) == (set(), before)


def picture(folder: Path) -> Path:
    path = folder / "teal.png"
    path.write_bytes(png())
    return path


def pressed_with_picture(server: Server) -> str:
    with Session() as session:
        session.get(server.url + "/", timeout=PATIENCE_SECONDS)
        fields = {"prompt": "What is this?", "models": "openai/gpt-4o"}
        fields |= {"csrfmiddlewaretoken": session.cookies["csrftoken"]}
        files = {"images": ("teal.png", png())}
        return session.post(
            server.url + "/runs/", fields, files=files, timeout=PATIENCE_SECONDS
        ).url


@pytest.mark.processes
def test_the_command_says_its_version_and_refuses_nonsense_in_a_line(installed: Installed) -> None:
    assert installed.ask("--version").stdout == "0.1.0\n"
    for words, settings, line in [
        (["check"], {"PORT": "many"}, "PORT is 'many'. Set it to a whole number, 1 to 65535."),
        (["--port", "9000"], {}, "--port is no option here. See: vision-playground --help"),
    ]:
        refused = installed.ask(*words, **settings)
        assert (refused.returncode, refused.stderr) == (1, line + "\n")


def test_the_help_lists_every_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["vision-playground", "--help"])
    command_line.main()
    listed = set(re.findall(r"^  ([a-z]+) ", capsys.readouterr().out, re.MULTILINE))
    ours = {path.stem for path in (ROOT / "playground/management/commands").glob("[a-z]*.py")}
    assert ours <= listed


def test_it_asks_for_what_is_locked_and_for_nothing_else() -> None:
    metadata: dict[str, Any] = {}
    hook().Requirements(str(ROOT), {}).update(metadata)
    asked = [Requirement(line) for line in metadata["dependencies"]]
    locked = lines_of("requirements.txt") | lines_of("requirements-reader.txt")
    assert {f"{one.name}{one.specifier}" for one in asked} == locked


def test_the_reader_is_asked_for_where_it_has_a_build() -> None:
    metadata: dict[str, Any] = {}
    hook().Requirements(str(ROOT), {}).update(metadata)
    reader = next(one for one in metadata["dependencies"] if one.startswith("onnxruntime"))
    here = {"sys_platform": "linux", "platform_machine": "x86_64", "python_full_version": "3.13.1"}
    assert Requirement(reader).marker.evaluate(here)
    assert not Requirement(reader).marker.evaluate(here | {"platform_machine": "riscv64"})


def lines_of(file: str) -> set[str]:
    return set(re.findall(r"^[a-z0-9._-]+==[^\s;\\]+", (ROOT / file).read_text(), re.MULTILINE))


def hook() -> Any:
    spec = importlib.util.spec_from_file_location("wheel_hook", ROOT / "deploy/wheel.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_is_built_with_what_is_locked() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        asked = tomllib.load(file)["build-system"]["requires"]
    locked = pins("requirements-dev.txt")
    assert asked == [f"{name}=={locked[name]}" for name in (one.split("==")[0] for one in asked)]
