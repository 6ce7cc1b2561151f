"""A ZIP: the note as Markdown, the same as JSON, and a folder with the pictures that were sent."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils import timezone

from playground.documents.names import file_name, picture_name
from playground.documents.pictures import Picture, key_of, pictures_of, read
from playground.representations import (
    as_text,
    comparison_as_csv,
    comparison_as_json,
    comparison_as_markdown,
    run_as_json,
    run_as_markdown,
)
from playground.shown import ShownComparison

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from playground.shown import ShownImage, ShownRun


@dataclass
class Pipe:
    """Takes what the archive writes and hands it on; cannot be rewound, so nothing is kept."""

    pieces: list[bytes] = field(default_factory=list)

    def write(self, data: bytes, /) -> int:
        self.pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits in here."""

    def close(self) -> None:
        """Nothing is open in here."""

    def taken(self) -> bytes:
        data = b"".join(self.pieces)
        self.pieces.clear()
        return data


def as_zip(shown: ShownRun | ShownComparison) -> Iterator[bytes]:
    """Return the file in pieces. All rows are read before the first one, pictures one at a time."""
    runs = shown.cells if isinstance(shown, ShownComparison) else (shown,)
    return _written(shown, pictures_of(runs))


def _written(shown: ShownRun | ShownComparison, pictures: Mapping[str, Picture]) -> Iterator[bytes]:
    folder, pipe, names = file_name(shown), Pipe(), dict[str, str]()
    with zipfile.ZipFile(pipe, "w") as archive:
        for key, picture in pictures.items():
            name = f"images/{picture_name(picture.number, picture.image, picture.content_type)}"
            if picture.gone:
                continue
            try:
                pieces = read(picture)
                first = next(pieces, b"")
            except FileNotFoundError:  # deleted meanwhile; the note says so
                continue
            names[key] = name
            yield from _entry(archive, pipe, f"{folder}/{name}", _again(first, pieces))
        for name, text in _texts(shown, names):
            yield from _entry(archive, pipe, f"{folder}/{name}", [text.encode(errors="replace")])
    yield pipe.taken()


def _again(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _entry(
    archive: zipfile.ZipFile, pipe: Pipe, name: str, pieces: Iterable[bytes]
) -> Iterator[bytes]:
    info = zipfile.ZipInfo(name, timezone.localtime().timetuple()[:6])
    info.external_attr = 0o644 << 16
    packed = not name.endswith((".jpg", ".png", ".webp", ".gif"))  # these are packed already
    info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with archive.open(info, "w") as file:
        for piece in pieces:
            file.write(piece)
            yield pipe.taken()
    yield pipe.taken()


def _texts(
    shown: ShownRun | ShownComparison, names: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    def where(image: ShownImage) -> str:
        return names.get(key_of(image), "")

    if isinstance(shown, ShownComparison):
        yield "comparison.md", comparison_as_markdown(shown, where)
        yield "comparison.json", as_text(comparison_as_json(shown))
        yield "comparison.csv", comparison_as_csv(shown)
    else:
        yield "run.md", run_as_markdown(shown, where)
        yield "run.json", as_text(run_as_json(shown))
