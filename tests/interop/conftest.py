"""Other people's programs, in an environment of their own: `.venv-interop`."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from playground.runs.models.run import Run
from tests.interop.answers import ANSWERS
from tests.patience import PATIENCE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = Path(__file__).parent
PROGRAMS = Path(".venv-interop/bin").absolute()


def said_by(*command: str | Path, stdin: str = "", cwd: Path | None = None) -> str:
    """Run a program of the environment, or of the system, and return what it prints."""
    path = f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command,
        input=stdin,
        cwd=cwd,
        env={"PATH": path, "PYTHONUTF8": "1", "PYTHONPATH": str(cwd or FOLDER)},
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


def read_by(way: str, file: Path) -> Any:
    """What reading.py, in that environment, says of a file."""
    return json.loads(said_by(PROGRAMS / "python", FOLDER / "reading.py", way, file))


@pytest.fixture
def answered(carried: Callable[..., Run]) -> list[Run]:
    """A run for each odd answer, all of one moment, in their order."""
    first = carried("Why?")
    fields = {one.attname: getattr(first, one.attname) for one in Run._meta.concrete_fields}
    del fields["id"]
    first.delete()
    return [
        Run.objects.create(
            **fields | {"form_token": f"odd-{n}", "prediction_id": "", "output": one}
        )
        for n, one in enumerate(ANSWERS)
    ]
