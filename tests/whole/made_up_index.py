"""A package index of made-up wheels, as a real one is on the day after a release.

Each name of a lock is there in its pinned version and in a newer one, and asks for what the lock
says it asks for, with an extra: some versions of pip answer that with the newer release. It has a
page for each name: of one folder of wheels the oldest pip would read all names for each of them.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING
from zipfile import ZipFile

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from pathlib import Path

ENTRY = re.compile(
    r"^(?P<pin>[A-Za-z0-9][^\\\n]*?) *\\\n(?:    --hash\S+(?: \\)?\n)+(?P<via>(?:    #.*\n)*)", re.M
)
NEWER = "99999.0"


class Lock:
    """What a lock pins, and who asks for it."""

    def __init__(self, text: str) -> None:
        self.pins: dict[str, Requirement] = {}
        self.parents: dict[str, list[str]] = {}
        for entry in ENTRY.finditer(text):
            pin = Requirement(entry["pin"])
            self.pins[pin.name] = pin
            self.parents[pin.name] = re.findall(r"[a-z0-9][a-z0-9._-]+$", entry["via"], re.M)

    def asked_by(self, name: str) -> list[str]:
        return [child for child, parents in self.parents.items() if name in parents]

    def here(self) -> dict[str, str]:
        """Return the versions that this Python on this system gets."""
        wanted = (pin for pin in self.pins.values() if not pin.marker or pin.marker.evaluate())
        return {pin.name: self.version(pin.name) for pin in wanted}

    def version(self, name: str) -> str:
        return str(self.pins[name].specifier).removeprefix("==")


def stock(folder: Path, lock: Lock) -> str:
    """Fill the index; returns the lock again, with the hashes of the made-up wheels."""
    lines = []
    for name, pin in lock.pins.items():
        page = folder / canonicalize_name(name)
        page.mkdir(parents=True)
        newer = _wheel(page, name, NEWER, [])
        made = _wheel(page, name, lock.version(name), lock.asked_by(name))
        links = "".join(f'<a href="{one.name}">{one.name}</a>' for one in (newer, made))
        (page / "index.html").write_text(f"<!DOCTYPE html><html><body>{links}</body></html>")
        lines.append(f"{pin} --hash=sha256:{hashlib.sha256(made.read_bytes()).hexdigest()}\n")
    return "".join(lines)


def _wheel(folder: Path, name: str, version: str, asks_for: list[str]) -> Path:
    module = re.sub(r"[-.]+", "_", name)
    path = folder / f"{module}-{version}-py3-none-any.whl"
    needs = "".join(f"Requires-Dist: {child}[more]>=0\n" for child in asks_for)
    info = f"{module}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nProvides-Extra: more\n"
    with ZipFile(path, "w") as wheel:
        wheel.writestr(f"{info}/METADATA", metadata + needs)
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", f"{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
    return path
