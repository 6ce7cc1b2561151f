"""Reads what a program posts to start an experiment: JSON, or multipart with its images."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playground.api.bodies import TOO_MANY, from_bytes, json_body
from playground.api.errors import Refused
from playground.experiments.document.images import MAX_NEW_IMAGES
from playground.experiments.document.reading import WrittenNumber

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.core.files.uploadedfile import UploadedFile
    from django.http import HttpRequest

MAX_SIGNS = 1_000_000  # quotes and commas: ten thousand cases have a quarter of it
DOCUMENT = "experiment"  # the field of a multipart body that is the JSON
UNSENT = "A file of this name was not sent with the request, and it is no id and no data URI."
TWICE = (
    "Two files are called {}, and folders are not part of a name. Give each a name of its own, or "
    "send them to /api/images/ before."
)
MEDIA = (
    f"Send application/json, or multipart/form-data with the JSON as `{DOCUMENT}` and the images "
    "as files."
)


@dataclass(frozen=True)
class SentFiles:
    """The files of a request, by the names that they were sent with."""

    files: Mapping[str, UploadedFile[Any]] = field(default_factory=dict)

    @property
    def most(self) -> int:
        return MAX_NEW_IMAGES

    def problem(self, name: str) -> str:
        return "" if name in self.files else UNSENT

    def read(self, name: str) -> bytes:
        file = self.files[name]
        file.seek(0)
        data: bytes = file.read()
        return data


@dataclass(frozen=True)
class Posted:
    document: Any
    files: SentFiles = field(default_factory=SentFiles)


def posted(request: HttpRequest) -> Posted:
    """Return what a program wants to start. Raises Refused."""
    if request.content_type == "application/json":
        return Posted(json_body(request, MAX_SIGNS, WrittenNumber))
    if request.content_type != "multipart/form-data":
        raise Refused(415, "media_type", MEDIA)
    text = request.POST.get(DOCUMENT)
    if text is None or len(request.POST) > 1:
        words = f"Send one field, {DOCUMENT}, with the JSON, and the images as files."
        raise Refused(422, "invalid", "Nothing was started: see `fields`.", {DOCUMENT: [words]})
    if text.count('"') + text.count(",") > MAX_SIGNS:
        raise Refused(422, "invalid", TOO_MANY)
    document = from_bytes(text.encode(errors="surrogatepass"), WrittenNumber)
    files = [file for _, some in request.FILES.lists() for file in some]
    return Posted(document, SentFiles(_by_name(files)))


def _by_name(files: Iterable[UploadedFile[Any]]) -> dict[str, UploadedFile[Any]]:
    """Return files by their names; refuse two different ones of one name."""
    sent: dict[str, UploadedFile[Any]] = {}
    for file in files:
        known = sent.setdefault(str(file.name), file)
        if known is not file and known.open().read() != file.read():
            words = TWICE.format(file.name)
            raise Refused(422, "invalid", "Nothing was started: see `fields`.", {"images": [words]})
    return sent
