"""Takes the commands out of docs/deployment.md and runs them, below a folder in place of /.

Paths, names and secrets that an operator would put in are put in; what belongs to the system
(packages, users, systemd) is stood in for by a few lines. Everything else runs as it is written.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.product import ROOT
from tests.servers.processes import until

GUIDE = ROOT / "docs/deployment.md"
BLOCK = re.compile(r"^```sh ([a-z-]+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
BELOW = re.compile(
    r"(?<![\w./])/(etc/playground|etc/systemd|var/lib/playground|usr/local/bin|root)\b"
)
STAND_INS = {
    "apt-get": "exit 0",
    "adduser": "exit 0",
    "git": "exit 0",
    "chown": "exit 0",
    "make": "exec {python} {root}/manage.py collectstatic --noinput --verbosity 0",
    "runuser": 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"',
    "systemctl": """
        case "$*" in
        "enable --now playground"|"start playground")
            unit={folder}/etc/systemd/system/playground.service
            export $(sed -n 's/^Environment=//p' "$unit" | sed "s|/etc/|{folder}/etc/|")
            cd {root}
            setsid $(sed -n 's/^ExecStart=//p' "$unit" | sed "s|/opt/playground|{root}|") \\
                >{folder}/journal 2>&1 & echo $! >{folder}/pid ;;
        "stop playground")
            kill "$(cat {folder}/pid)"
            while kill -0 "$(cat {folder}/pid)" 2>/dev/null; do sleep 0.1; done ;;
        esac""",
}


def commands(name: str) -> str:
    """Return what the guide has in its blocks of this name."""
    found = [text for label, text in BLOCK.findall(GUIDE.read_text()) if label == name]
    assert found, f"docs/deployment.md has no block ```sh {name}"
    return "\n".join(found)


@dataclass
class Machine:
    """A folder that stands for an empty machine. words: what an operator puts in."""

    folder: Path
    words: dict[str, str]
    settings: dict[str, str]
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in ("etc/systemd/system", "var/lib/playground", "usr/local/bin", "root", "bin"):
            (self.folder / name).mkdir(parents=True)
        for name, text in STAND_INS.items():
            self._program(name, text)

    def _program(self, name: str, text: str) -> None:
        path = self.folder / "bin" / name
        filled = text.format(python=sys.executable, root=ROOT, folder=self.folder)
        path.write_text(f"#!/bin/sh\n{filled}\n")
        path.chmod(0o755)

    @property
    def environment(self) -> dict[str, str]:
        own = [self.folder / "bin", self.folder / "usr/local/bin", Path(sys.executable).parent]
        kept = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
        path = ":".join([*map(str, own), os.environ["PATH"]])
        return kept | {"PATH": path, "PYTHON_DOTENV_DISABLED": ""} | self.settings

    def script(self, name: str) -> str:
        text = commands(name).replace("-C / ", f"-C {self.folder} ")
        text = BELOW.sub(lambda found: f"{self.folder}/{found[1]}", text)
        text = (
            text.replace("/opt/playground", str(ROOT))
            .replace("-g playground ", "")
            .replace("-o playground ", "")
        )
        for written, meant in self.words.items():
            text = text.replace(written, meant)
        return f"set -e\n{text}"

    def run(self, name: str, typed: str = "") -> str:
        """Run a block; returns what it says."""
        return self.command(self.script(name), typed)

    def command(self, text: str, typed: str = "") -> str:
        done = subprocess.run(
            ["bash", "-c", text],
            env=self.environment,
            cwd=self.folder,
            input=typed,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def start(self, name: str) -> None:
        """Start a block that goes on."""
        command = ["bash", "-c", self.script(name)]
        self.started.append(subprocess.Popen(command, env=self.environment, cwd=self.folder))

    def end(self) -> None:
        pid = self.folder / "pid"
        if pid.exists() and Path(f"/proc/{pid.read_text().strip()}").exists():
            os.kill(int(pid.read_text()), signal.SIGTERM)
            until(lambda: not Path(f"/proc/{pid.read_text().strip()}").exists(), "its end")
        for process in self.started:
            process.terminate()
            process.wait()
