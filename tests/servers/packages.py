"""Finds a server's programs, or installs Debian's package where this user may."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.patience import PATIENCE_SECONDS


class MissingServerError(RuntimeError):
    """A server that a test needs is not on this machine and could not be installed."""


def program(name: str, package: str, folders: str = "") -> str:
    """Return the path of a program; `folders` is a pattern below / that is searched first.

    Raises MissingServerError, which says what to install.
    """
    found = _find(name, folders)
    if not found:
        _install(package)
        found = _find(name, folders)
    if not found:
        raise MissingServerError(
            f"{name} is missing and could not be installed here. Install it from your system's "
            f"packages (Debian: apt-get install {package}), then run this again."
        )
    return found


def _find(name: str, folders: str) -> str | None:
    newest_first = sorted(Path("/").glob(folders), reverse=True) if folders else []
    usable = (str(folder / name) for folder in newest_first if os.access(folder / name, os.X_OK))
    return next(usable, None) or shutil.which(name)


def _install(package: str) -> None:
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    # Other tests may be installing at this moment.
    patience = ["-o", f"DPkg::Lock::Timeout={PATIENCE_SECONDS:.0f}"]
    install = [*patience, "install", "-q", "-y", "--no-install-recommends", package]
    for command in (["update", "-q"], install):
        subprocess.run(["apt-get", *command], check=False, env=environment, stdout=sys.stderr)
