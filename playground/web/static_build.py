"""What a build makes the served static files of, and whether those that are there were made of it.

They belong to the build, `make install` or the wheel, and not to a start: then every machine that
has a version of the program has its static files.
"""

import hashlib
from pathlib import Path

import django

from playground.config.locations import PACKAGE, STATIC

MANIFEST = "staticfiles.json"
MADE_OF = "made-of.txt"  # beside the manifest, and written last
MAKERS = ("web/bundles.py", "web/static_files.py")


def folders() -> list[Path | tuple[str, Path]]:
    """Return what is collected, as STATICFILES_DIRS: whatever ACCESS says, the admin's too.

    Nothing else from the apps: htmx is vendored, at the version tried with our policy.
    """
    return [STATIC, ("admin", Path(django.__file__).parent / "contrib/admin/static/admin")]


def fingerprint() -> str:
    """Return what tells these sources from those of another version."""
    names = {path.relative_to(STATIC).as_posix(): path for path in STATIC.rglob("*.*")}
    names |= {name: PACKAGE / name for name in MAKERS}
    digest = hashlib.sha256(django.__version__.encode())
    for name, path in sorted(names.items()):
        digest.update(f"\0{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}".encode())
    return digest.hexdigest()


def is_collected(folder: Path) -> bool:
    return (folder / MANIFEST).is_file()


def is_current(folder: Path) -> bool:
    """Whether the collected files in this folder were made of the sources that are here."""
    made_of = folder / MADE_OF
    return made_of.is_file() and made_of.read_text() == fingerprint()
