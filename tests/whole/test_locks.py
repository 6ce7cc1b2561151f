"""What is locked is installed as it stands, whatever a package index offers on the day."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from tests.whole.made_up_index import Lock, stock

LOCKS = {
    "running": ("requirements.txt", ".venv/run.stamp"),
    "reading": ("requirements-reader.txt", ".venv/reader.stamp"),
    "developing": ("requirements-dev.txt", ".venv/dev.stamp"),
    "LiteLLM": ("tests/litellm/requirements.txt", ".venv-litellm/stamp"),
    "other programs": ("tests/interop/requirements.txt", ".venv-interop/stamp"),
}
PIPS = ("oldest", "newest")
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
OLDEST = Path(".venv/oldest-pip").absolute()  # what Python 3.11.0 came with


def install_line(stamp: str, lock: str) -> list[str]:
    """Return what the Makefile asks pip to do to install a lock, without the lock's name."""
    recipe = subprocess.check_output(["make", "-nB", stamp], text=True)
    asked = next(line for line in recipe.splitlines() if f"-r {lock}" in line)
    return shlex.split(asked.split("-m pip ")[1].partition(lock)[0])


def pip_for(environment: Path, which: str) -> tuple[list[str], dict[str, str]]:
    """Return the command that installs into an environment, and what it adds to the variables."""
    if which == "oldest":
        return [f"{environment}/bin/python", "-m", "pip"], {"PYTHONPATH": str(OLDEST)}
    return [sys.executable, "-m", "pip", "--python", str(environment)], {}


def empty_environment(folder: Path) -> Path:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return folder


def offline(index: Path) -> dict[str, str]:
    mine = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    return mine | {"PIP_INDEX_URL": index.as_uri(), "PIP_CONFIG_FILE": os.devnull}


def installed(environment: Path) -> dict[str, str]:
    folder = next(environment.glob("lib/python*/site-packages"))
    found = metadata.distributions(path=[str(folder)])
    return {library.name: library.version for library in found}


@pytest.mark.parametrize("pip", PIPS)
@pytest.mark.parametrize(("lock", "stamp"), LOCKS.values(), ids=LOCKS)
def test_newer_releases_are_not_looked_at(tmp_path: Path, lock: str, stamp: str, pip: str) -> None:
    pins, made_up = Lock(Path(lock).read_text()), tmp_path / "lock.txt"
    made_up.write_text(stock(tmp_path / "index", pins))
    environment = empty_environment(tmp_path / "environment")
    command, variables = pip_for(environment, pip)
    ask = [*command, *install_line(stamp, lock), str(made_up)]
    subprocess.run(ask, check=True, env=offline(tmp_path / "index") | variables)
    assert installed(environment) == pins.here()


def together() -> dict[str, list[str]]:
    """Return the locks of each environment, which agree with each other."""
    found: dict[str, list[str]] = {}
    for lock, stamp in LOCKS.values():
        found.setdefault(stamp.partition("/")[0], []).append(f"-r{lock}")
    return found


@pytest.mark.parametrize("python", PYTHONS)
def test_every_pinned_library_has_a_wheel(tmp_path: Path, python: str) -> None:
    """Asks the package index; `UV_OFFLINE=1` takes what it said before."""
    ask = [sys.executable, "-m", "uv", "pip", "install", "--dry-run", "--no-deps", "--quiet"]
    ask += ["--only-binary", ":all:", "--python-version", python, "--target", str(tmp_path)]
    for locks in together().values():
        subprocess.run([*ask, "--require-hashes", *locks], check=True)


def test_no_library_misses_another() -> None:
    """Nothing is resolved while installing, so a lock has to be whole."""
    subprocess.run([sys.executable, "-m", "uv", "pip", "check"], check=True)
