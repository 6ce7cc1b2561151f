"""What is made once for all processes of the tests, and kept beside pytest's own cache."""

from __future__ import annotations

import fcntl
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

KEPT = Path(__file__).resolve().parents[1] / ".pytest_cache" / "kept"


def once(kept: Path, make: Callable[[Path], Path]) -> Path:
    """Return that path; who is the first has it made in a folder beside, the others wait.

    make: gets an empty folder, and returns what it made in it.
    """
    kept.parent.mkdir(parents=True, exist_ok=True)
    with (kept.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
                make(Path(folder)).replace(kept)
    return kept
