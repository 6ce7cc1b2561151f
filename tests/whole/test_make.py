"""`make` where it cannot do its work: one line says what to do, and another try starts anew."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pip
import pytest

from tests.product import ROOT

NOBODY = "http://127.0.0.1:1/simple"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What `make install` looks at, in a folder of its own."""
    for name in ("Makefile", "requirements.txt", "requirements-reader.txt"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "static").mkdir()
    return tmp_path


def make(checkout: Path, *words: str, **given: str) -> list[str]:
    """Return what a make that fails says, without make's own last word about it."""
    given = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", **given}
    failed = subprocess.run(
        ["make", "install", *words], cwd=checkout, env=given, capture_output=True, text=True
    )
    assert failed.returncode != 0
    assert failed.stderr.count("\n") == 1, failed.stderr
    return failed.stdout.splitlines()


def python(folder: Path, script: str) -> Path:
    """A stand-in for Python."""
    path = folder / "stand-in"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def environment(checkout: Path) -> dict[str, str]:
    """Make an environment as `make` does, with a pip that another environment lends it."""
    command = [sys.executable, "-m", "venv", "--without-pip", checkout / ".venv"]
    subprocess.run(command, check=True)
    (checkout / "lent").mkdir()
    (checkout / "lent/pip").symlink_to(Path(pip.__file__).parent)
    return {"PYTHONPATH": str(checkout / "lent"), "PIP_INDEX_URL": NOBODY, "PIP_RETRIES": "1"}


def test_without_a_network_it_says_so_and_leaves_nothing_half_done(checkout: Path) -> None:
    said = make(checkout, **environment(checkout))
    assert said[-1] == (
        "The libraries cannot be fetched: no connection to the package index. "
        "Connect, then run make again."
    )
    assert not (checkout / ".venv/run.stamp").exists()


def test_a_lock_that_is_not_right_is_named(checkout: Path) -> None:
    (checkout / "requirements.txt").write_text("no requirement at all\n")
    said = make(checkout, **environment(checkout))
    assert said[-1].startswith("The libraries cannot be installed: ERROR: Invalid requirement")
    assert ".venv/install.log" in said[-1]


def test_a_python_that_is_too_old_is_said(checkout: Path) -> None:
    old = python(checkout, "exit 1")
    assert make(checkout, f"PYTHON={old}") == [
        "This Python is too old. Install Python 3.11 or newer, or set PYTHON=python3.11."
    ]


def test_a_missing_python_is_said(checkout: Path) -> None:
    said = make(checkout, "PYTHON=no-python-here")
    assert said == ["Python is missing. Install Python 3.11 or newer."]


def test_a_python_without_venv_leaves_no_half_environment(checkout: Path) -> None:
    broken = python(checkout, '[ "$1" = -c ] && exit 0; mkdir -p .venv/bin; exit 1')
    said = make(checkout, f"PYTHON={broken}")
    assert said == ["Python's venv does not work. On Debian: apt-get install python3-venv"]
    assert not (checkout / ".venv").exists()


@pytest.mark.parametrize("change", ["lock", "python"])
def test_what_changed_since_is_installed_again(checkout: Path, change: str) -> None:
    """The lock is older than the last installation here, as in a checkout that was copied."""
    environment(checkout)
    stamp = checkout / ".venv/run.stamp"
    shutil.copy(checkout / "requirements.txt", stamp)
    assert installs(checkout) is False
    if change == "lock":
        stamp.write_text("another lock")
    else:
        (checkout / ".venv/bin/python").unlink()
    assert installs(checkout) is True


def test_a_machine_without_the_text_reader_gets_all_the_rest(checkout: Path) -> None:
    given = environment(checkout) | {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
    shutil.copy(checkout / "requirements.txt", checkout / ".venv/run.stamp")
    command = ["make", ".venv/reader.stamp"]
    made = subprocess.run(command, cwd=checkout, env=given, check=True, capture_output=True)
    assert b"everything else works without it: ERROR" in made.stdout
    assert (checkout / ".venv/reader.stamp").exists()


def installs(checkout: Path) -> bool:
    command = ["make", "--question", ".venv/run.stamp"]
    return subprocess.run(command, cwd=checkout, capture_output=True).returncode != 0
