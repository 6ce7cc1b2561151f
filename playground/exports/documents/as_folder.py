"""Any number of runs and comparisons as pages of one folder, in a ZIP written while it is sent.

Pictures are files that the pages share: as they were sent, and as they came in. An index leads to
all pages. Leaves what goes in to who calls it.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils import timezone

from playground.exports import as_text, comparison_as_json, run_as_json
from playground.exports.documents import assets
from playground.exports.documents.as_html import page
from playground.exports.documents.as_zip import Pipe, entry
from playground.exports.documents.images import (
    PIECE_BYTES,
    Picture,
    key_of,
    pictures_of,
    readable,
)
from playground.exports.documents.names import file_name, original_name, picture_name
from playground.exports.redaction import ShownComparison, runs_of
from playground.exports.redaction.facts import moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from playground.exports.redaction import ShownImage, ShownRun


@dataclass(frozen=True)
class Listed:
    """A page in the index."""

    address: str
    title: str
    runs: int
    date: str


class Folder:
    """The archive while it is written. Each method yields what is ready to be sent."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.listed: list[Listed] = []
        self._pipe = Pipe()
        self._archive = zipfile.ZipFile(self._pipe, "w")
        self._sent: dict[str, Picture] = {}  # by key, with their names in here
        self._originals: set[str] = set()

    def add(self, shown: ShownRun | ShownComparison) -> Iterator[bytes]:
        """Write a page, the same as JSON, and the pictures that are not in here yet."""
        for key, picture in pictures_of(runs_of(shown)).items():
            if key not in self._sent:
                yield from self._add_picture(key, picture)
        for run in runs_of(shown):
            for image in run.images:
                yield from self._add_original(image)
        stem = f"runs/{file_name(shown)}-{shown.id[:8]}"
        look = {"stylesheet": "../style.css", "policy": assets.POLICY_BESIDE}
        yield from self.write(f"{stem}.html", [page(shown, self._taken, look)])
        yield from self.write(f"{stem}.json", [self._as_json(shown)])
        comparing = isinstance(shown, ShownComparison)
        title = shown.heading if isinstance(shown, ShownComparison) else shown.prompt
        count = len(runs_of(shown)) if comparing else 0
        self.listed.append(Listed(f"{stem}.html", title[:300], count, moment(shown.created_at)))

    def write(self, name: str, pieces: Iterable[str | bytes]) -> Iterator[bytes]:
        data = (one if isinstance(one, bytes) else one.encode(errors="replace") for one in pieces)
        yield from entry(self._archive, self._pipe, f"{self.name}/{name}", data)

    def close(self, title: str, notes: list[str]) -> Iterator[bytes]:
        """Write the index and the style sheet, and end the archive."""
        context = {
            "title": title,
            "notes": notes,
            "listed": self.listed,
            "stylesheet": "style.css",
            "policy": assets.POLICY_BESIDE,
            "saved": moment(timezone.now()),
        }
        yield from self.write(
            "index.html", [render_to_string("exports/documents/index.html", context)]
        )
        yield from self.write("style.css", [assets.styles()])
        self._archive.close()
        yield self._pipe.taken()

    def _as_json(self, shown: ShownRun | ShownComparison) -> str:
        if isinstance(shown, ShownComparison):
            return as_text(comparison_as_json(shown, self._where))
        return as_text(run_as_json(shown, self._where))

    def _where(self, image: ShownImage) -> str:
        return self._taken(image)[1]

    def _taken(self, image: ShownImage) -> tuple[Picture | None, str]:
        picture = self._sent.get(key_of(image))
        return picture, f"../{picture.file}" if picture and not picture.gone else ""

    def _add_picture(self, key: str, picture: Picture) -> Iterator[bytes]:
        called = picture_name(len(self._sent) + 1, picture.image, picture.content_type)
        name = f"images/{called}"
        self._sent[key] = replace(picture, file=name, gone=True)
        pieces = None if picture.gone else readable(picture)
        if not pieces:  # the page says so
            return
        yield from self.write(name, pieces)
        self._sent[key] = replace(picture, file=name)

    def _add_original(self, image: ShownImage) -> Iterator[bytes]:
        """Write the picture as it came in, where that is not how it was sent."""
        stored = image.row.image
        if not stored or stored.sha256 in self._originals or stored.sha256 == image.sent_sha256:
            return
        self._originals.add(stored.sha256)
        try:
            with default_storage.open(str(stored.file.name), "rb") as file:
                pieces = file.chunks(PIECE_BYTES)
                yield from self.write(f"originals/{original_name(stored)}", pieces)
        except OSError:
            return
