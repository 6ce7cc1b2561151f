"""Files in a folder: whole under their names, or not there at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.files.storage import FileSystemStorage

from playground.storage.tokens import new_token

if TYPE_CHECKING:
    from django.core.files import File


def put_in_place(unfinished: Path, path: Path) -> None:
    """Give a file its name once the disk has all of it."""
    with unfinished.open("rb") as file:
        os.fsync(file.fileno())
    unfinished.rename(path)


class FolderStorage(FileSystemStorage):
    """Names say what the content is, so writing one again writes the same."""

    def _save(self, name: str, content: File[bytes]) -> str:
        beside = f"{name}.{new_token()}.part"
        unfinished = Path(self.path(beside))
        try:
            super()._save(beside, content)  # type: ignore[misc]
            put_in_place(unfinished, Path(self.path(name)))
        finally:
            with suppress(OSError):
                unfinished.unlink()
        return name
