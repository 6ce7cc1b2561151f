"""A ZIP: the note as Markdown, the same as JSON, and folders: the pictures that were sent, and what
was received, byte for byte.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils import timezone

from playground.exports import (
    Manner,
    as_text,
    comparison_as_csv,
    comparison_as_json,
    comparison_as_markdown,
    run_as_json,
    run_as_markdown,
)
from playground.exports.documents.images import Picture, key_of, pictures_of, readable
from playground.exports.documents.names import file_name, picture_name
from playground.exports.redaction import ShownComparison, runs_of
from playground.exports.snippets.chat_completions import chat_snippets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from playground.exports.redaction import ShownImage, ShownRun


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
    return _written(shown, pictures_of(runs_of(shown)))


def _written(shown: ShownRun | ShownComparison, pictures: Mapping[str, Picture]) -> Iterator[bytes]:
    folder, pipe, names = file_name(shown), Pipe(), dict[str, str]()
    with zipfile.ZipFile(pipe, "w") as archive:
        for key, picture in pictures.items():
            name = f"images/{picture_name(picture.number, picture.image, picture.content_type)}"
            pieces = None if picture.gone else readable(picture)
            if not pieces:  # the note says so
                continue
            names[key] = name
            yield from entry(archive, pipe, f"{folder}/{name}", pieces)
        for name, text in _texts(shown, names):
            yield from entry(archive, pipe, f"{folder}/{name}", [text.encode(errors="replace")])
        for name, text in _programs(shown, pictures, names):
            yield from entry(archive, pipe, f"{folder}/{name}", [text.encode(errors="replace")])
        for run in runs_of(shown):
            if run.received and run.received.kept:
                name = f"{folder}/received/{run.number}.txt"
                yield from entry(archive, pipe, name, [run.received.all_of_it])
    yield pipe.taken()


def entry(
    archive: zipfile.ZipFile, pipe: Pipe, name: str, pieces: Iterable[bytes]
) -> Iterator[bytes]:
    """Write one file into the archive; yields what the archive wrote, piece by piece."""
    info = zipfile.ZipInfo(name, timezone.localtime().timetuple()[:6])
    info.external_attr = 0o644 << 16
    packed = not name.endswith((".jpg", ".png", ".webp", ".gif"))  # these are packed already
    info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with archive.open(info, "w") as file:
        for piece in pieces:
            file.write(piece)
            yield pipe.taken()
    yield pipe.taken()


ENDINGS = {"curl": "sh", "python": "py", "javascript": "mjs"}


def _programs(
    shown: ShownRun | ShownComparison, pictures: Mapping[str, Picture], names: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield the API code of the runs whose request takes pictures from files: those in here."""
    for run in runs_of(shown):
        stem = f"run-{run.number}" if isinstance(shown, ShownComparison) else "run"
        keys = {f"sha256:{one.sent_sha256}": key_of(one) for one in run.images}
        files = {
            at: (names[key], pictures[key].content_type)
            for at, key in keys.items()
            if key in names and pictures[key].whole
        }
        if files and isinstance(run.request, dict) and "messages" in run.request:
            for program in chat_snippets(run.request, files):
                yield f"{stem}.{ENDINGS[program.name]}", program.code


def _texts(
    shown: ShownRun | ShownComparison, names: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    def where(image: ShownImage) -> str:
        return names.get(key_of(image), "")

    if isinstance(shown, ShownComparison):
        yield "comparison.md", comparison_as_markdown(shown, where)
        yield "comparison.json", as_text(comparison_as_json(shown, where))
        for manner in Manner:
            yield f"comparison-{manner}.csv", comparison_as_csv(shown, manner)
    else:
        yield "run.md", run_as_markdown(shown, where)
        yield "run.json", as_text(run_as_json(shown, where))
