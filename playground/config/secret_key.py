"""The secret key: made once for a local playground, demanded from whoever serves a network."""

from __future__ import annotations

import os
import secrets
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from pathlib import Path

WRITE_TIMEOUT_SECONDS = 2.0
MIN_LENGTH = 50  # what `check --deploy` asks for
SAMPLES = ("change-me", "changeme", "your-secret", "django-insecure", "example")


def secret_key(given: str, data_dir: Path, *, local: bool) -> str:
    """Return the key to sign with.

    Raises ImproperlyConfigured where other machines may connect and the given key is missing,
    short or copied from a sample. A local playground keeps its own in the data folder, mode 600.
    """
    if given:
        if len(given) < MIN_LENGTH or any(sample in given.lower() for sample in SAMPLES):
            raise ImproperlyConfigured(
                f"SECRET_KEY is too short or a sample. Set it to {MIN_LENGTH} random characters."
            )
        return given
    if not local:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. Set it to a long random text before you serve other machines."
        )
    path = data_dir / "secret-key"
    try:
        return _kept_key(path)
    except OSError as error:
        raise ImproperlyConfigured(
            f"{path} cannot be read or made: {error.strerror}. Have it given to whoever runs this."
        ) from error


def _kept_key(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.part")
    if not path.exists():
        # O_EXCL: of two first starts at once, one makes the key and the other reads it.
        with suppress(FileExistsError):
            _make(
                os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), unfinished, path
            )
    return _read(path)


def _make(handle: int, unfinished: Path, path: Path) -> None:
    """Write the key beside its place: what a full disk cut would be no key."""
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        if not path.exists():
            unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _read(path: Path) -> str:
    """Return the key; waits for another process that is just making it."""
    end = time.monotonic() + WRITE_TIMEOUT_SECONDS
    while not (key := path.read_text().strip() if path.exists() else ""):
        if time.monotonic() > end:
            raise ImproperlyConfigured(
                f"{path} is empty, or a start broke off and left {path}.part. Put the key back "
                "from a backup. Or remove both files: a new key is made at the next start, and "
                "keys of Settings have to be set again."
            )
        time.sleep(0.05)
    return key
