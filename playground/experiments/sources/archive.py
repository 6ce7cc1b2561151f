"""ZIP files with images, and a table beside them or none. Entries are read one at a time.

What a ZIP says of itself is checked before anything is unpacked, and what it holds while it is.
"""

from __future__ import annotations

import stat
from collections import Counter
from contextlib import suppress
from io import SEEK_END, BytesIO
from pathlib import PurePosixPath
from struct import error as StructError  # noqa: N812
from typing import IO, TYPE_CHECKING, NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError  # noqa: N812

from playground.experiments.sources.file_names import is_image
from playground.experiments.sources.reading import is_table
from playground.experiments.sources.rows import SourceError
from playground.experiments.sources.texts import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_ENTRIES = 20_000
MAX_DIRECTORY_BYTES = 8 * 1024 * 1024  # of the list of entries, before it is read
MAX_UNPACKED_BYTES = 2 * 1024**3
MAX_RATIO = 200  # unpacked to packed, of an entry; images and tables stay far below
MIN_RATIO_BYTES = 1024 * 1024  # that entries may have whatever their ratio
PIECE_BYTES = 256 * 1024
_SAYS_UTF8 = 0x800
_END, _END_BYTES, _FURTHER = b"PK\x05\x06", 22, b"PK\x06\x07"
_ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz")
_TOO_MANY = f"The ZIP has more than {MAX_ENTRIES:,} files, or is too large. Part it."
_SPREADSHEETS = (".xlsx", ".xls", ".xlsm", ".ods", ".numbers")
_OF_SYSTEMS = ("Thumbs.db", "desktop.ini")
_BROKEN = (BadZipFile, ZlibError, StructError, EOFError, ValueError, RuntimeError, OSError)


class Archive(NamedTuple):
    """tables and images: names within it, without a folder that all of them are in."""

    file: ZipFile
    entries: dict[str, ZipInfo]

    @property
    def tables(self) -> list[str]:
        return [name for name in self.entries if is_table(name)]

    @property
    def images(self) -> list[str]:
        return [name for name in self.entries if is_image(name)]

    def table(self) -> tuple[str, IO[bytes]] | None:
        """Return the name and content of the one table; None where there are images alone."""
        if len(self.tables) > 1:
            raise SourceError(
                f"Several tables: {', '.join(self.tables[:5])}. Leave one in the ZIP."
            )
        if not self.tables:
            self._refuse_spreadsheets()
            return None
        name = self.tables[0]
        return name, BytesIO(b"".join(self.pieces(name, MAX_BYTES)))

    def _refuse_spreadsheets(self) -> None:
        """Images are cases by themselves only where nothing else can say what is right of them."""
        name = next((one for one in self.entries if one.lower().endswith(_SPREADSHEETS)), "")
        if name:
            raise SourceError(
                f"{name} is a spreadsheet, which is not read. Save it as CSV (UTF-8)."
            )

    def pieces(self, name: str, most: int) -> Iterator[bytes]:
        """Give the content of an entry; refuse one that is broken, or larger than most."""
        left = most
        try:
            with self.file.open(self.entries[name]) as entry:
                while piece := entry.read(PIECE_BYTES):
                    left -= len(piece)
                    if left < 0:
                        raise SourceError(f"{name} is larger than {most // 1024**2} MB.")
                    yield piece
        except SourceError:
            raise
        except _BROKEN:
            raise SourceError(f"{name} is damaged in the ZIP.") from None


def open_archive(stream: IO[bytes]) -> Archive:
    """Return what is in a ZIP. The stream has to stay open while entries are read."""
    _check_directory(stream)
    try:
        file = ZipFile(stream)
    except _BROKEN:
        raise SourceError("This is no ZIP file, or a part of it is missing.") from None
    entries = [one for one in file.infolist() if not one.is_dir() and not _of_systems(_name(one))]
    _check(entries)
    folder = _common_folder([_name(one) for one in entries])
    return Archive(file, {_name(one).removeprefix(folder): one for one in entries})


def _check_directory(stream: IO[bytes]) -> None:
    """Refuse a list of entries that would fill the memory, by what the end of the file says."""
    size = stream.seek(0, SEEK_END)
    stream.seek(max(0, size - _END_BYTES - 65_535 - 20))
    tail = stream.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + _END_BYTES:
        raise SourceError("This is no ZIP file, or a part of it is missing.")
    count = int.from_bytes(tail[at + 10 : at + 12], "little")
    directory = int.from_bytes(tail[at + 12 : at + 16], "little")
    further = tail[max(0, at - 20) : at].startswith(_FURTHER)
    if further or count > MAX_ENTRIES or directory > MAX_DIRECTORY_BYTES:
        raise SourceError(_TOO_MANY)


def _check(entries: list[ZipInfo]) -> None:
    if not entries:
        raise SourceError("The ZIP is empty.")
    if len(entries) > MAX_ENTRIES:
        raise SourceError(_TOO_MANY)
    twice = [name for name, n in Counter(map(_name, entries)).items() if n > 1]
    if twice:
        raise SourceError(f"{twice[0]} is in the ZIP twice.")
    for one in entries:
        problem = _problem(one)
        if problem:
            raise SourceError(f"{_name(one)[:200]} {problem}.")
    if sum(one.file_size for one in entries) > MAX_UNPACKED_BYTES:
        raise SourceError(f"Unpacked, the ZIP has more than {MAX_UNPACKED_BYTES // 1024**3} GB.")


def _problem(entry: ZipInfo) -> str:
    name = _name(entry)
    if name.startswith("/") or name[1:2] == ":" or ".." in name.split("/"):
        return "names a place outside of the ZIP, which is not unpacked"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "is a link to another file, which is not followed"
    if entry.flag_bits & 0x1:
        return "is encrypted: pack the files without a password"
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):  # others may ask for gigabytes
        return "is packed in a way that is not read: pack it by deflate, as most programs do"
    if PurePosixPath(name.lower()).suffix in _ARCHIVES:
        return "is packed in the ZIP once more: unpack it first"
    large = entry.file_size > MIN_RATIO_BYTES
    if large and entry.file_size > MAX_RATIO * entry.compress_size:
        return "would grow more than images and tables do when it is unpacked"
    return ""


def _name(entry: ZipInfo) -> str:
    """Some programs of Windows part folders in their own way; macOS writes UTF-8 unsaid."""
    name = entry.filename
    if not entry.flag_bits & _SAYS_UTF8:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode()
    return name.replace("\\", "/")


def _of_systems(name: str) -> bool:
    return name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith((".", *_OF_SYSTEMS))


def _common_folder(names: list[str]) -> str:
    first = names[0].partition("/")[0] + "/"
    return first if all(name.startswith(first) for name in names) else ""
