"""Whether the parts of an installation are of one version: what a start asks before it serves.

Half an upgrade, a checkout that was pulled and not installed, would fail later and elsewhere.
"""

import re
import sys
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

from playground.config.locations import COMMAND, INSTALLED, ROOT
from playground.web import static_build

PIN = re.compile(r"^([a-z0-9-]+)==(\S+) (;?)", re.MULTILINE)
OTHER_LIBRARIES = "The libraries are not those of this version: {}. Run: make install"
MAKE_STATIC = (
    "Install vision-playground again."
    if INSTALLED
    else f"Run: {COMMAND} collectstatic --noinput --verbosity 0"
)
OTHER_STATIC = f"The static files in {{}} are of another version. {MAKE_STATIC}"
NO_STATIC = f"There are no static files in {{}}. {MAKE_STATIC}"


def refuse_half_upgrade() -> None:
    """Raise CommandError where libraries or static files are not those of this version."""
    if not INSTALLED:  # the wheel asks pip for its own
        found = other_libraries((ROOT / "requirements.txt").read_text(), installed(sys.path))
        if found:
            raise CommandError(OTHER_LIBRARIES.format(", ".join(found[:3])))
    _refuse_other_static_files(settings.STATIC_ROOT)


def _refuse_other_static_files(folder: Path) -> None:
    if settings.COLLECTED and not static_build.is_current(folder):
        raise CommandError(OTHER_STATIC.format(folder))
    # Another machine's pages name hashed files; a checkout at work serves them as they are.
    if not settings.COLLECTED and (INSTALLED or not settings.LOCAL) and not settings.DEBUG:
        raise CommandError(NO_STATIC.format(folder))


def other_libraries(lock: str, found: dict[str, str]) -> list[str]:
    """Say which libraries of a lock are missing or of another version.

    A line with a condition may be for another system or another Python.
    """
    said = []
    for name, version, condition in PIN.findall(lock):
        if name not in found and not condition:
            said.append(f"{name} is missing")
        elif found.get(name, version) != version:
            said.append(f"{name} is {found[name]}, not {version}")
    return said


def installed(folders: list[str]) -> dict[str, str]:
    """Return the versions of all libraries, read from the names of their folders: a millisecond."""
    found: dict[str, str] = {}
    for folder in folders:
        for path in Path(folder).glob("*-*.dist-info"):
            name, _, version = path.stem.rpartition("-")
            found.setdefault(re.sub(r"[-_.]+", "-", name).lower(), version)
    return found
