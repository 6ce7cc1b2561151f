"""Takes in the files of an import while they arrive: on the disk, never in memory.

A ZIP is kept as it is. A table and images are written into one, so that the rest knows one kind of
file alone.
"""

from __future__ import annotations

import tempfile
import zipfile
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import StopFutureHandlers

from playground.web.request_bodies import ClosedHandler

if TYPE_CHECKING:
    from django.http import HttpRequest

MAX_UPLOAD_BYTES = 200 * 1024 * 1024
MAX_UPLOAD_FILES = 5_000  # of one form; a ZIP may hold more
SLACK_BYTES = 10 * 1024 * 1024  # of the form around them: heads of 5,000 files, and the fields
OF_SYSTEMS = (".", "Thumbs.db", "desktop.ini")  # files that folders have and nobody put there
NO_FILE = "No file was chosen. Choose a table, a ZIP, or a folder."
ONE_ZIP = "A ZIP is brought in alone. Choose it without other files, or put them into it."
TWICE = "Two files are called {}. Pack the folder as a ZIP, which keeps its folders."


class UploadRefusedError(Exception):
    """What was sent is not one import; the words say why."""


class ImportUpload(ClosedHandler):
    """Writes the files of one form one behind the other."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.names: list[str] = []
        self.twice = ""
        self._archives: list[IO[bytes]] = []
        self._packed: IO[bytes] | None = None
        self._pack: zipfile.ZipFile | None = None
        self._entry_file: IO[bytes] | None = None
        self._out: IO[bytes] | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        name = str(self.file_name).replace("\x00", "")
        if not name.startswith(OF_SYSTEMS):
            self._out = self._archive() if name.lower().endswith(".zip") else self._entry(name)
            self.names.append(name)
        raise StopFutureHandlers

    def _archive(self) -> IO[bytes]:
        self._archives.append(_on_disk())
        return self._archives[-1]

    def _entry(self, name: str) -> IO[bytes] | None:
        if name in self.names:
            self.twice = self.twice or name
            return None
        if not self._pack:
            self._packed = _on_disk()
            self._pack = zipfile.ZipFile(self._packed, "w")
        self._entry_file = self._pack.open(name, "w")
        return self._entry_file

    def receive_data_chunk(self, raw_data: bytes, _start: int) -> None:
        if self._out:
            self._out.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[Any]:
        if self._entry_file:
            self._entry_file.close()
        self._out = self._entry_file = None
        return UploadedFile(None, self.file_name, self.content_type, file_size)

    def one_file(self) -> tuple[str, IO[bytes]]:
        """Return what it is called and the archive. Raises UploadRefusedError."""
        if self.twice:
            raise UploadRefusedError(TWICE.format(self.twice))
        if len(self._archives) > 1 or (self._archives and self._pack):
            raise UploadRefusedError(ONE_ZIP)
        if self._pack and self._packed:
            self._pack.close()
            return _title(self.names), self._packed
        if not self._archives:
            raise UploadRefusedError(NO_FILE)
        return self.names[0], self._archives[0]

    def close(self) -> None:
        """Let go of what is on the disk."""
        files: tuple[Any, ...] = (self._entry_file, self._pack, *self._archives, self._packed)
        for file in filter(None, files):
            file.close()


def _on_disk() -> IO[bytes]:
    return tempfile.TemporaryFile(dir=settings.DATA_DIR)


def _title(names: list[str]) -> str:
    """Return the name of the table, or of the first image."""
    from playground.experiments.sources.reading import is_table

    return next(filter(is_table, names), names[0])
