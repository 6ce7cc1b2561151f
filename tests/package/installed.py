"""The wheel, built from this checkout and installed into an empty environment outside of it.

Its libraries are those of the tests' own environment, by a path: that each lock can be installed
as it stands is test_requirements.py's claim. So nothing is fetched and nothing is resolved.
"""

from __future__ import annotations

import os
import site
import subprocess
import sys
import venv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.patience import PATIENCE_SECONDS
from tests.product import ROOT

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class Installed:
    """An environment with the wheel in it, and a person's home beside it."""

    folder: Path

    @property
    def command(self) -> Path:
        return self.folder / "env/bin/vision-playground"

    @property
    def packages(self) -> Path:
        return next(self.folder.glob("env/lib/python*/site-packages"))

    @property
    def data(self) -> Path:
        return self.folder / "home/.local/share/vision-playground"

    def environment(self, **settings: str) -> dict[str, str]:
        """Return a bare environment: nothing that the tests have set for themselves."""
        home = {"HOME": str(self.folder / "home"), "PATH": os.environ["PATH"]}
        return home | {"FIND_LOCAL_SERVERS": "0", "READER": "0"} | settings

    def ask(self, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run the command to its end, from a folder with misleading names in it."""
        return subprocess.run(
            [self.command, *words],
            cwd=self.elsewhere(),
            env=self.environment(**settings),
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
        )

    def elsewhere(self) -> Path:
        """A folder that another project might be in: its names are not to be mistaken for ours."""
        folder = self.folder / "elsewhere"
        (folder / "playground").mkdir(parents=True, exist_ok=True)
        (folder / "playground/__init__.py").write_text("raise SystemExit('not this one')")
        (folder / ".env").write_text("DATABASE_URL=nonsense\n")
        return folder

    def files(self) -> dict[str, tuple[int, int]]:
        """Return every file of the package with its size and time, to see what was written."""
        found = (path for path in self.packages.rglob("*") if path.is_file())
        return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in found}


def install(folder: Path) -> Installed:
    wheel = build(folder / "dist")
    venv.create(folder / "env", symlinks=True)
    python = folder / "env/bin/python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python)]
    subprocess.run([*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel)], check=True)
    installed = Installed(folder)
    (installed.packages / "libraries.pth").write_text("\n".join(site.getsitepackages()))
    for path in [installed.packages, *installed.packages.rglob("*")]:
        path.chmod(path.stat().st_mode & ~0o222)
    return installed


def build(folder: Path) -> Path:
    """Build with the backend that is installed, without an environment of its own for it."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))
