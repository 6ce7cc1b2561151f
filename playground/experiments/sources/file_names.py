"""Finds the images that rows name among the files that came with them."""

from __future__ import annotations

import re
from collections import defaultdict
from contextlib import suppress
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from unicodedata import normalize

from playground.imaging.limits import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

IMAGES = (
    ".jpg",
    ".jpeg",
    ".png",
    ".webp",
    ".gif",
    ".heic",
    ".heif",
    ".avif",
    ".bmp",
    ".tif",
    ".tiff",
)
# JPEG, PNG, GIF or WebP as base64: no name of a file is as long.
_INLINE = re.compile(r"(?:data:image/[a-z]+;base64,)?(?:/9j/|iVBORw0KGgo|R0lGOD|UklGR)")
MIN_INLINE = 65
MAX_INLINE = MAX_BYTES * 4 // 3
_OF_ZIPS = ("cp932", "gbk", "big5", "cp949", "cp866", "cp1252")  # of Windows, by its language
MIN_LIKENESS = 75  # of 100, of the letters


def is_image(name: str) -> bool:
    return PurePosixPath(name.lower()).suffix in IMAGES


def is_inline(value: str) -> bool:
    """Whether an image stands in the table itself, by how it begins."""
    return len(value) >= MIN_INLINE and bool(_INLINE.match(value)) and not is_image(value[-9:])


def is_address(name: str) -> bool:
    return name.lower().startswith(("http://", "https://"))


class FileNames:
    """The images of a folder or a ZIP by their paths, and which of them rows have named."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = [name for name in names if is_image(name)]
        self.unnamed = set(self.names)
        self._by_path: defaultdict[str, list[str]] = defaultdict(list)
        self._by_name: defaultdict[str, list[str]] = defaultdict(list)
        for name in self.names:
            self._by_path[_plain(name)].append(name)
            self._by_name[_plain(PurePosixPath(name).name)].append(name)

    def find(self, name: str) -> str | None:
        """Return the file of a name: by its path, or by its last part where one alone has it.

        Case and the form of accents do not count, but where files differ by nothing else.
        """
        spelt = map(self._find, (name, *_as_zipped(name)))
        found = next(filter(None, spelt), None)
        self.unnamed.discard(found or "")
        return found

    def _find(self, name: str) -> str | None:
        plain, path = _plain(name), _path(name)
        alike = self._by_path.get(plain) or self._by_name.get(PurePosixPath(plain).name, [])
        return path if path in alike else alike[0] if len(alike) == 1 else None

    def missing(self, name: str) -> str:
        """Say that a file is not there, and which may be meant. Ask when all names were sought."""
        if _plain(name).endswith(".pdf"):
            return f"{name} is a PDF. Save its pages as images and name those in the row."
        if is_address(name):
            return f"{name} is an address, which is not fetched. Put the file beside the table."
        if len(self._by_path.get(_plain(name), [])) > 1:
            return f"Several files are called {name} but for case or accents: write it as it is."
        if len(self._by_name.get(PurePosixPath(_plain(name)).name, [])) > 1:
            return f"Several files are called {name}: name the folder too."
        near = self.near(name)
        if near:
            return f"{name} is not in the folder. {near} is there, and no row names it."
        return f"{name} is not in the folder, and nothing like it."

    def near(self, name: str) -> str | None:
        """Return the file that no row names and that is called most like this, with its numbers."""
        from rapidfuzz import fuzz, process  # for names that are wrong

        words, numbers = _shape(name)
        alike = self._unnamed_by_numbers.get(numbers, {})
        found = process.extractOne(words, alike, scorer=fuzz.ratio, score_cutoff=MIN_LIKENESS)
        return found[2] if found else None

    @cached_property
    def _unnamed_by_numbers(self) -> dict[str, dict[str, str]]:
        files: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for name in sorted(self.unnamed):
            words, numbers = _shape(name)
            files[numbers][name] = words
        return files


def _as_zipped(name: str) -> Iterator[str]:
    """Give a name as it is read in a ZIP that does not say in which encoding it was written."""
    for encoding in _OF_ZIPS if not name.isascii() else ():
        with suppress(UnicodeError):
            yield name.encode(encoding).decode("cp437")


def _path(name: str) -> str:
    return name.replace("\\", "/").removeprefix("./")


def _plain(name: str) -> str:
    return normalize("NFC", _path(name)).casefold()


def _shape(name: str) -> tuple[str, str]:
    """Return the letters and the numbers: the same for receipt-08.jpg and Receipt_8.JPEG."""
    stem = PurePosixPath(_plain(name)).stem
    numbers = [number.lstrip("0") for number in re.findall(r"\d+", stem)]
    return re.sub(r"[\W\d_]+", "", stem), " ".join(numbers)
