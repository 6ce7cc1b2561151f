"""Asks pip-audit whether a pinned library has a known weakness: `python -m tests.audit`.

A weakness fails. An index that does not answer about weaknesses is said. Within `make check` that
fails nothing, since a fresh machine may have a mirror that carries packages alone; `make audit`
asks for nothing else and fails (`--insist`).
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

COMMAND = [
    *(sys.executable, "-m", "pip_audit", "--requirement", "requirements.txt"),
    *("--require-hashes", "--disable-pip", "--format", "json", "--progress-spinner", "off"),
    *("--timeout", "10"),
]
LONGEST = 120  # seconds


def asked() -> list[dict[str, Any]] | None:
    """Return what the index says of each library, or None where it could not be asked."""
    try:
        said = subprocess.run(COMMAND, capture_output=True, text=True, timeout=LONGEST).stdout
        return list(json.loads(said)["dependencies"])
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        return None


def verdict(libraries: list[dict[str, Any]] | None, *, insist: bool = False) -> tuple[bool, str]:
    """Return whether the check passes, and in a sentence why."""
    known = [one for one in libraries or [] if "vulns" in one]
    weak = [
        f"{one['name']} {one['version']}: {', '.join(weakness['id'] for weakness in one['vulns'])}"
        for one in known
        if one["vulns"]
    ]
    if weak:
        return False, "Known weaknesses. Raise the version in requirements.in: " + "; ".join(weak)
    if not known:
        return (
            not insist,
            "The package index does not answer about weaknesses; nothing was audited.",
        )
    return True, f"{len(known)} of {len(libraries or [])} libraries audited, none with a weakness."


if __name__ == "__main__":
    passed, sentence = verdict(asked(), insist="--insist" in sys.argv[1:])
    print(sentence)
    sys.exit(not passed)
