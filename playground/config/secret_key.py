"""The secret key: made once for a local playground, demanded from whoever serves a network."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

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
    if not path.exists():
        _make(path)
    key = path.read_text().strip()
    if not key:
        raise ImproperlyConfigured(
            f"{path} is empty. Put the key back from a backup. Or remove the file: a new key "
            "is made at the next start, and keys of Settings have to be set again."
        )
    return key


def _make(path: Path) -> None:
    """Write a key beside its place: what a full disk cut would be no key."""
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # of two first starts at once, one makes the key
            path.hardlink_to(unfinished)
    finally:
        unfinished.unlink(missing_ok=True)
