"""The image, built by buildah on a bare Debian, and processes started from it without Docker.

A process gets what Docker would give it: the image as its read-only root, the image's user,
environment and folder, a /tmp of its own and volumes; the network is this machine's.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from tests.product import ROOT
from tests.servers.packages import program

NAME = "localhost/vision-playground-test"
DEBIAN = ["mmdebstrap", "--variant=minbase", "--include=python3,python3-venv,ca-certificates"]
ENTER = """
set -e
cd "$1"; shift
for volume in $VOLUMES; do mkdir -p ".${volume##*:}"; done
mount --bind . . && cd "$PWD" && mount -o remount,bind,ro .
mount -t tmpfs tmpfs tmp
for one in dev proc; do mount --rbind "/$one" "$one"; done
for volume in $VOLUMES; do mount --bind "${volume%%:*}" ".${volume##*:}"; done
exec chroot --userspec="$USERSPEC" . /usr/bin/env -i "$@"
"""


def tools() -> str:
    """Return buildah; raises MissingServerError, which says what to install."""
    program("mmdebstrap", "mmdebstrap")
    return program("buildah", "buildah")


def bare_debian() -> Path:
    """Make one, of the release that this machine has, if it was not made before."""
    kept = ROOT / ".venv/container-base.tar"
    if not kept.exists():
        about = Path("/etc/os-release").read_text().splitlines()
        release = dict(line.split("=", 1) for line in about if "=" in line)
        made = kept.with_suffix(".half.tar")
        run([*DEBIAN, release.get("VERSION_CODENAME", "bookworm"), str(made)])
        made.rename(kept)
    return kept


@dataclass
class Image:
    """folder: where buildah keeps all that is its own, so that nothing stays behind."""

    folder: Path
    root: Path = field(init=False)
    config: dict[str, Any] = field(init=False)

    def build(self) -> None:
        base = bare_debian()
        wheels = self._wheels(base)
        arguments = [f"BASE={self._imported(base)}", "INSTALL=--no-index --find-links /wheels"]
        options = [word for one in arguments for word in ("--build-arg", one)]
        options += ["--isolation", "chroot", "--format", "docker", "--volume", f"{wheels}:/wheels"]
        self._buildah("bud", *options, "-f", "Containerfile", "-t", NAME, ".")
        container = self._buildah("from", NAME)
        self.root = Path(self._buildah("mount", container))
        inspected = json.loads(self._buildah("inspect", "--type", "image", NAME))
        self.config = inspected["Docker"]["config"]

    def _imported(self, base: Path) -> str:
        container = self._buildah("from", "scratch")
        self._buildah("add", "--quiet", container, str(base), "/")
        self._buildah("commit", "--quiet", container, f"{NAME}-base")
        self._buildah("rm", container)
        return f"{NAME}-base"

    def _wheels(self, base: Path) -> Path:
        """Fetch the locked wheels for the Python of the base, by this machine's own way to them."""
        names = run(["tar", "-tf", str(base)]).split()
        path = "./usr/bin/python"
        version = next(one for one in names if one.startswith(f"{path}3.")).removeprefix(path)
        folder = self.folder / "wheels"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--only-binary=:all:", "--python-version", version, "--require-hashes"]
        for lock in ("requirements.txt", "requirements-reader.txt"):
            everywhere = self.folder / lock  # without markers, which would ask this Python
            everywhere.write_text(re.sub(r" ; [^\\\n]+", " ", (ROOT / lock).read_text()))
            run([*command, "-r", str(everywhere), "-d", str(folder)])
        return folder

    def _buildah(self, *words: str) -> str:
        where = ["--storage-driver", "vfs", "--root", str(self.folder / "store")]
        return run([tools(), *where, "--runroot", str(self.folder / "run"), *words])

    def start(
        self, command: list[str], volumes: dict[Path, str], settings: dict[str, str], **more: Any
    ) -> subprocess.Popen[str]:
        """Start a process as the image says; an empty command is the image's own."""
        words = command or self.config["Cmd"]
        given = {"VOLUMES": " ".join(f"{here}:{there}" for here, there in volumes.items())}
        given |= {"USERSPEC": self.config["User"], "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
        inside = [*self.config["Env"], *(f"{name}={value}" for name, value in settings.items())]
        inside += ["sh", "-c", 'cd "$0" && exec "$@"', self.config["WorkingDir"], *words]
        enter = ["unshare", "--mount", "sh", "-c", ENTER, "enter", str(self.root), *inside]
        return subprocess.Popen(enter, env=given, text=True, **more)

    def run(self, command: list[str], *given: Any, typed: str = "") -> tuple[int, str]:
        """Return what a command ends with and what it says."""
        pipe: int | IO[Any] = subprocess.PIPE
        pipes = {"stdin": pipe, "stdout": pipe, "stderr": subprocess.STDOUT}
        process = self.start(command, *given, **pipes)
        said = process.communicate(typed)[0]
        return process.returncode, said

    def drop(self) -> None:
        """Give back the mounts, so that the folder can be removed."""
        self._buildah("umount", "--all")


def run(command: list[str]) -> str:
    """Return what the command prints; raises with its last words."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{shlex.join(command)}\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout.strip()
