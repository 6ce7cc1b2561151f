"""The images that a document names: stored ones, data URIs, and files that came with it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from playground import imaging
from playground.images import store
from playground.images.models import Image
from playground.imaging.limits import MAX_BYTES
from playground.storage.writes import a_few_at_a_time
from playground.web.formatting import counted
from playground.web.params import from_base64

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playground.accounts.visitor import Visitor
    from playground.experiments.cases import Content
    from playground.experiments.document.problems import Problems

SHA256 = re.compile(r"[0-9a-f]{64}")
MAX_SHOWN = 80  # characters of a reference that is repeated
MAX_NAME_LENGTH = 200
MAX_NEW_IMAGES = 100  # that one request brings: each is decoded while it waits


class Files(Protocol):
    """What came beside a document, by the names that it uses."""

    @property
    def most(self) -> int:
        """How many different ones are taken."""

    def problem(self, name: str) -> str:
        """Say why a file cannot be read; empty where it is there."""

    def read(self, name: str) -> bytes:
        """Return the content of a file that is there."""


@dataclass
class Images:
    """Finds and keeps the images of a document, each once."""

    visitor: Visitor
    files: Files
    known: dict[str, Image] = field(default_factory=dict)

    def check(self, cases: Sequence[Content], problems: Problems) -> None:
        """Note what is not there. Nothing is kept yet."""
        references = {reference for _, reference in _places(cases)}
        hashes = [one for one in references if SHA256.fullmatch(one)]
        for some in a_few_at_a_time(hashes):
            self.known |= Image.objects.visible_to(self.visitor).in_bulk(some)
        said = {reference: self._problem(reference) for reference in references}
        for path, reference in _places(cases):
            if said[reference]:
                problems.add(path, said[reference])
        if len(references) - len(hashes) > self.files.most:
            new = counted(len(references) - len(hashes), "new image", ",")
            words = f"{new}, and one request brings at most {self.files.most}."
            problems.add(
                "cases", f"{words} Send them to /api/images/ before, and name them by their ids."
            )

    def _problem(self, reference: str) -> str:
        if SHA256.fullmatch(reference):
            return "" if reference in self.known else "This image is not stored here."
        if reference.lower().startswith("data:"):
            return "" if _decoded(reference) else "This data URI is not base64. Encode it again."
        return self.files.problem(reference)

    def keep(self, cases: Sequence[Content], problems: Problems) -> None:
        """Store what is new, and note what cannot be stored."""
        refused: dict[str, str] = {}
        for path, reference in _places(cases):
            if reference not in self.known and reference not in refused:
                try:
                    self.known[reference] = self._stored(reference)
                except imaging.PictureRefused as refusal:
                    refused[reference] = str(refusal)
            if reference in refused:
                problems.add(path, refused[reference])

    def _stored(self, reference: str) -> Image:
        data = _decoded(reference) or self.files.read(reference)
        name = name_of(reference)
        if len(data) > MAX_BYTES:
            raise imaging.over_bytes(len(data)).about(name)
        return store.store(data, name, self.visitor.account)

    def of(self, case: Content) -> tuple[tuple[Image, str], ...]:
        """Return the stored images of a case, each with the name of its file."""
        return tuple((self.known[one], name_of(one)) for one in case.images)


def _places(cases: Sequence[Content]) -> Iterator[tuple[str, str]]:
    for at, case in enumerate(cases):
        for place, reference in enumerate(case.images):
            yield f"cases[{at}].images[{place}]", reference


def _decoded(reference: str) -> bytes:
    """Return the bytes of a data URI; none where it is no such thing."""
    try:
        return from_base64(reference) if reference[:5].lower() == "data:" else b""
    except ValueError:
        return b""


def name_of(reference: str) -> str:
    """Return what the file is called; nothing of a data URI or a hash."""
    if SHA256.fullmatch(reference) or reference[:5].lower() == "data:":
        return ""
    return reference.replace("\\", "/").rpartition("/")[2][-MAX_NAME_LENGTH:]


def shown(reference: str) -> str:
    return reference if len(reference) <= MAX_SHOWN else f"{reference[:MAX_SHOWN]}…"
