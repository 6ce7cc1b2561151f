"""Finds the system's Chromium, or installs it where this user may; `python -m` says which.

Playwright's own download is not used: the browser comes from the system's packages. The headless
shell is the same engine without a window around it, and needs a fifth less time for the suite.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

SHELL = "chromium-headless-shell"
FONTS = "fonts-liberation"  # as the other package brings
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
MISSING = """Chromium is missing and could not be installed here.
Install it from your system's packages (Debian: apt-get install chromium), then run this again."""


def find() -> str | None:
    """Return the path of a Chromium, or None."""
    given = os.environ.get("CHROMIUM")
    return given or next(filter(None, map(shutil.which, NAMES)), None)


def install() -> None:
    """Install Debian's package, if this is Debian and we may."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["install", "-q", "-y", "--no-install-recommends"]
    for command in (["update", "-q"], [*install, SHELL, FONTS], [*install, "chromium"]):
        if not find():
            subprocess.run(["apt-get", *command], check=False, env=environment, stdout=sys.stderr)


def main() -> int:
    if not find():
        install()
    path = find()
    print(f"Chromium: {path}" if path else MISSING)
    return 0 if path else 1


if __name__ == "__main__":
    sys.exit(main())
