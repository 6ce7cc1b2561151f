"""The release before this one, with its own libraries and static files, in `.venv-before`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.many.installation import ROOT, Code

if TYPE_CHECKING:
    from pathlib import Path

RELEASE = "698815e79c57e654c8124aacd254e2bde753916f"  # has to be moved on with each release
FOLDER = ROOT / ".venv-before" / RELEASE[:7]
BEFORE = Code(FOLDER / "code", str(FOLDER / "bin/python"))


class NoHistoryError(RuntimeError):
    """The commit of the release before is not here, as in a downloaded archive."""


def prepare() -> Code:
    """Install the release before, if that was not done yet. Raises NoHistoryError."""
    if not (FOLDER / "stamp").exists():
        shutil.rmtree(FOLDER.parent, ignore_errors=True)
        _unpack(BEFORE.root)
        _install(BEFORE)
        (FOLDER / "stamp").touch()
    return BEFORE


def _unpack(folder: Path) -> None:
    folder.mkdir(parents=True)
    archive = ["git", "-C", str(ROOT), "archive", RELEASE]
    packed = subprocess.run(archive, capture_output=True, check=False)
    if packed.returncode:
        raise NoHistoryError(f"{RELEASE[:7]}, the release before, is not in the history here.")
    subprocess.run(["tar", "-x", "-C", str(folder)], input=packed.stdout, check=True)


def _install(code: Code) -> None:
    """As its own Makefile does."""
    print(f"Installing {RELEASE[:7]}, the release before, for the upgrade from it")
    subprocess.run([sys.executable, "-m", "venv", FOLDER], check=True)
    pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    lock = ["--no-deps", "--require-hashes", "-r", "requirements.txt"]
    subprocess.run([code.python, *pip, *lock], cwd=code.root, check=True)
