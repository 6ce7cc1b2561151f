"""A test set as a file: CSV, JSON Lines, a ZIP that can be brought in again, promptfoo's tests.

Images are written as they are sent to models, without their metadata, one at a time.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.files.storage import default_storage

from playground.experiments.models.test_set import Case, CaseImage
from playground.experiments.sources.columns import as_column
from playground.exports import as_line, as_text, table
from playground.exports.documents.as_zip import Pipe, entry
from playground.exports.documents.images import PIECE_BYTES
from playground.exports.documents.names import EXTENSIONS
from playground.images.models import ImageVariant
from playground.storage.writes import a_few_at_a_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from playground.experiments.models.test_set import Version
    from playground.exports import Manner

CHUNK_SIZE = 500  # cases
SEPARATOR = ";"  # between images, and between tags, in a cell of a table
COLUMNS = ("images", "question", "expected", "tags", "note")
UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|;]+')  # what a name of a file has on no system
MAX_STEM_LENGTH = 100


@dataclass(frozen=True)
class Named:
    """What an image is called in the files of a test set. sent: its bytes, if they are here."""

    name: str
    sent: ImageVariant | None


class Names:
    """The name of each image: as its file was called, with a number where two have one name."""

    def __init__(self, version: Version) -> None:
        shown = CaseImage.objects.filter(case__version=version)
        pairs = list(shown.order_by("case__position", "position").values_list("image", "name"))
        sent = _sent(dict.fromkeys(image for image, _ in pairs))
        self.images: dict[str, Named] = {}
        taken: set[str] = set()
        for image, name in pairs:
            if image not in self.images:
                found = sent.get(image)
                free = _free(
                    _stem(name), EXTENSIONS.get(found.content_type, "bin") if found else "", taken
                )
                self.images[image] = Named(free, found)

    def of(self, case: Case) -> list[str]:
        return [self.images[one.image_id].name for one in case.images.all()]


def _sent(images: Iterable[str]) -> dict[str, ImageVariant]:
    """Return of each image what is sent of it where nobody asked for a smaller one."""
    found: dict[str, ImageVariant] = {}
    for some in a_few_at_a_time(list(images)):
        variants = ImageVariant.objects.filter(image__in=some, max_edge=0, plain=False, quality=0)
        found |= {one.image_id: one for one in variants.order_by("recipe")}
    return found


def _stem(name: str) -> str:
    stem = UNSAFE.sub("-", name.rpartition(".")[0] or name).strip(" .-")
    return stem[:MAX_STEM_LENGTH] or "image"


def _free(stem: str, extension: str, taken: set[str]) -> str:
    """Return a name that no other image has, small letters and large ones being the same."""
    name, number = f"{stem}.{extension}", 1
    while name.lower() in taken:
        number += 1
        name = f"{stem}-{number}.{extension}"
    taken.add(name.lower())
    return name


def cases_of(version: Version) -> Iterator[Case]:
    """Yield the cases in their order, some at a time: no query stays open while a file is sent."""
    ordered = version.cases.order_by("position").prefetch_related("images")
    for start in range(0, version.cases.count(), CHUNK_SIZE):
        yield from ordered.filter(position__range=(start, start + CHUNK_SIZE - 1))


def as_csv(version: Version, manner: Manner) -> Iterator[str]:
    """Yield a head, then a line a case; each variable has a column."""
    names = Names(version)
    variables = sorted({name for case in cases_of(version) for name in case.variables})
    heads = [as_column(name) for name in variables]
    lines = (
        [
            SEPARATOR.join(names.of(case)),
            *(case.variables.get(name, "") for name in variables),
            *(case.question, case.expected, SEPARATOR.join(case.tags), case.note),
        ]
        for case in cases_of(version)
    )
    return table([COLUMNS[0], *heads, *COLUMNS[1:]], lines, manner)


def as_jsonl(version: Version) -> Iterator[str]:
    names = Names(version)
    return (as_line(_said(case, names.of(case))) for case in cases_of(version))


def _said(case: Case, images: list[str]) -> dict[str, Any]:
    said = {
        "images": images,
        "variables": case.variables,
        "question": case.question,
        "expected": case.expected,
        "tags": case.tags,
        "note": case.note,
    }
    return {name: value for name, value in said.items() if value}


def as_zip(version: Version, folder: str) -> Iterator[bytes]:
    """Yield an archive with `cases.jsonl` and the images that it names."""
    names = Names(version)
    lines = (
        as_line(_said(case, [f"images/{one}" for one in names.of(case)]))
        for case in cases_of(version)
    )
    return _archive(names, folder, "cases.jsonl", (line.encode() for line in lines))


def as_promptfoo(version: Version, folder: str) -> Iterator[bytes]:
    """Yield an archive with `tests.json`, as `tests:` of promptfoo takes it, and the images."""
    names = Names(version)
    tests = (_test(case, names.of(case)) for case in cases_of(version))
    return _archive(names, folder, "tests.json", _list_of(tests))


def _list_of(values: Iterable[Any]) -> Iterator[bytes]:
    yield b"["
    for number, value in enumerate(values):
        yield (",\n" if number else "\n").encode() + as_text(value).strip().encode()
    yield b"\n]\n"


def _test(case: Case, images: list[str]) -> dict[str, Any]:
    """Return a test of promptfoo: images are variables, what is expected is an assertion."""
    files = [f"file://images/{name}" for name in images]
    shown = {"image": files[0]} if len(files) == 1 else {}
    shown = shown or {f"image{place}": file for place, file in enumerate(files, 1)}
    asked = {"question": case.question} if case.question else {}
    test: dict[str, Any] = {"vars": {**case.variables, **asked, **shown}}
    if case.note:
        test["description"] = case.note
    if case.expected:
        test["assert"] = [{"type": "equals", "value": case.expected}]
    return test | ({"metadata": {"tags": case.tags}} if case.tags else {})


def _archive(names: Names, folder: str, table_name: str, lines: Iterable[bytes]) -> Iterator[bytes]:
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w") as archive:
        yield from entry(archive, pipe, f"{folder}/{table_name}", lines)
        for one in names.images.values():
            if one.sent:
                pieces = _pieces(one.sent)
                yield from entry(archive, pipe, f"{folder}/images/{one.name}", pieces)
    yield pipe.taken()


def _pieces(sent: ImageVariant) -> Iterator[bytes]:
    """Yield the bytes; none where the storage lost them."""
    try:
        with default_storage.open(str(sent.file.name), "rb") as file:
            yield from file.chunks(PIECE_BYTES)
    except OSError:
        return
