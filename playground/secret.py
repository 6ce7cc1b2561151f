"""The secret key: made once for a local playground, demanded from whoever serves a network."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from pathlib import Path

SHORTEST = 50  # what `check --deploy` asks for
SAMPLES = ("change-me", "changeme", "your-secret", "django-insecure", "example")


def secret_key(given: str, data_dir: Path, *, local: bool) -> str:
    """Return the key to sign with.

    Raises ImproperlyConfigured where other machines may connect and the given key is missing,
    short or copied from a sample. A local playground keeps its own in the data folder, mode 600.
    """
    if given:
        if len(given) < SHORTEST or any(sample in given.lower() for sample in SAMPLES):
            raise ImproperlyConfigured(
                f"SECRET_KEY is too short or a sample. Set it to {SHORTEST} random characters."
            )
        return given
    if not local:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. Set it to a long random text before you serve other machines."
        )
    return _kept_key(data_dir / "secret-key")


def _kept_key(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        # O_EXCL: of two first starts at once, one makes the key and the other reads it.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
