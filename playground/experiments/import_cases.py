"""The cases of an import's file, by what the columns mean and what was mended; and what lacks.

Plain reading: nothing is kept here. Open importing.py first.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from playground.experiments.sources.columns import (
    NO_EXPECTED,
    CaseDraft,
    Columns,
    Meaning,
    drafts,
    guess,
)
from playground.experiments.sources.file_names import FileNames, is_inline
from playground.experiments.sources.reading import TABLES, read_table
from playground.experiments.sources.rows import SourceError, SourceRow, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playground.experiments.models.importing import Import
    from playground.experiments.sources.archive import Archive

SAMPLE_ROWS = 5
GUESSED_ROWS = 50
MAX_SHOWN_LACKS = 50
MAX_SHOWN_NAMES = 10
MAX_SAMPLE_LENGTH = 120  # characters of a cell of the sample
KNOWN = ", ".join(TABLES)
INLINE = "table\\"  # an image that stands in the table: its row and place
IN_TABLE = "Image in the table"  # is shown in the place of its base64
# An image that was sent to mend a row: its hash and name. No name of a file has a backslash here.
STORED = "stored\\"


@dataclass(frozen=True)
class Lack:
    """A row that is no case yet. kind: of what mends it: a value, an image, or nothing here.

    image: the name that is not among the files. near: the file that may be meant. out: it is to be
    left out.
    """

    number: int
    title: str
    words: str
    kind: str = ""
    image: str = ""
    near: str = ""
    out: bool = False


@dataclass
class Reading:
    """What a file comes to."""

    table: Table
    columns: Columns
    names: FileNames
    sample: list[SourceRow] = field(default_factory=list)
    rows: int = 0
    left_out: int = 0
    inline: dict[str, str] = field(default_factory=dict)  # base64 by name
    ready: list[CaseDraft] = field(default_factory=list)
    shown_lacks: list[Lack] = field(default_factory=list)

    @property
    def lacks(self) -> list[Lack]:
        """Those that somebody still has to mend or leave out."""
        return [lack for lack in self.shown_lacks if not lack.out]

    @property
    def images(self) -> set[str]:
        """The files that the ready cases name."""
        return {name for case in self.ready for name in case.images}


def read(import_: Import, archive: Archive) -> Reading:
    """Read the whole table. Raises SourceError."""
    table = _table(archive)
    first = list(islice(table.rows, GUESSED_ROWS))
    columns = _columns(import_.mapping, table, first)
    reading = Reading(table, columns, FileNames(archive.images), sample=first[:SAMPLE_ROWS])
    rows = _mended_rows(chain(first, table.rows), import_.mends, columns)
    found = [_mended(draft, import_.mends, reading.inline) for draft in drafts(rows, columns)]
    sought = [[(name, _find(reading.names, name)) for name in draft.images] for draft in found]
    for draft, images in zip(found, sought, strict=True):  # once all names were sought
        _sort_in(reading, draft, images, import_)
    reading.rows = len(found)
    return reading


def _table(archive: Archive) -> Table:
    """Return the table; where there is none, one in which each image is a case."""
    found = archive.table()
    if found:
        name, stream = found
        return read_table(stream, name)
    if not archive.images:
        raise SourceError(f"There is neither a table nor an image in it. Tables: {KNOWN}.")
    images = enumerate(archive.images, 1)
    rows = (SourceRow(number, {"images": name}) for number, name in images)
    return Table(("images",), rows)


def _columns(mapping: Any, table: Table, first: list[SourceRow]) -> Columns:
    """Return what the columns mean: as was said, or as it seems."""
    if not mapping:
        return guess(table.columns, first)
    said = mapping["meanings"]
    known = {one: Meaning(said.get(one, Meaning.LEAVE_OUT)) for one in table.columns}
    return Columns(known, mapping["variables"], mapping["parts"], mapping["kind"])


def _mended_rows(
    rows: Iterator[SourceRow], mends: Mapping[str, Any], columns: Columns
) -> Iterator[SourceRow]:
    """Give the rows with the expected values that a person typed."""
    expected = columns.of(Meaning.EXPECTED)[:1]
    for row in rows:
        typed = mends.get(str(row.number), {}).get("expected")
        yield replace(row, values={**row.values, expected[0]: typed}) if typed and expected else row


def _mended(draft: CaseDraft, mends: Mapping[str, Any], inline: dict[str, str]) -> CaseDraft:
    """Put other images in the place of those that lack; let a case be without a value."""
    mend = mends.get(str(draft.number), {})
    named = [name.replace("\\", "/") for name in draft.images]
    for place, image in enumerate(named):
        if is_inline(image):
            named[place] = f"{INLINE}row-{draft.number}-{place + 1}"
            inline[named[place]] = image
    images = tuple(mend.get("images", {}).get(name, name) for name in named)
    bare = NO_EXPECTED if mend.get("bare") else ""
    problems = tuple(one for one in draft.problems if one != bare)
    return replace(draft, images=images, problems=problems)


def _is_of_expected(problem: str, draft: CaseDraft) -> bool:
    return problem == NO_EXPECTED or (bool(draft.expected) and problem.startswith("“"))


def _find(names: FileNames, image: str) -> str | None:
    return image if image.startswith((STORED, INLINE)) else names.find(image)


def _sort_in(
    reading: Reading, draft: CaseDraft, images: list[tuple[str, str | None]], import_: Import
) -> None:
    out = bool(import_.mends.get(str(draft.number), {}).get("out"))
    lack = _lack(reading.names, draft, images, import_.broken.get(str(draft.number), ""))
    reading.left_out += out
    if lack:
        reading.shown_lacks.append(replace(lack, out=out))
    elif not out:
        files = tuple(file or name for name, file in images)
        reading.ready.append(replace(draft, images=files))


def _lack(
    names: FileNames, draft: CaseDraft, images: list[tuple[str, str | None]], broken: str
) -> Lack | None:
    """Return the first thing that the row lacks."""
    lack = Lack(draft.number, _title(draft), " ".join(draft.problems))
    if draft.problems:
        only = all(_is_of_expected(one, draft) for one in draft.problems)
        return replace(lack, kind="expected" if only else "")
    missing = next((name for name, file in images if not file), None)
    if missing is not None:
        near = names.near(missing) or ""
        return replace(lack, words=names.missing(missing), kind="image", image=missing, near=near)
    if broken:
        image, _, words = broken.partition("\n")
        return replace(lack, words=words, kind="image", image=image)
    if not (draft.images or draft.question or any(draft.variables.values())):
        return replace(lack, words="It has neither an image nor a text.")
    return None


def _title(draft: CaseDraft) -> str:
    images = (IN_TABLE if one.startswith(INLINE) else one for one in draft.images[:1])
    values = [*images, *list(draft.variables.values())[:1], draft.question]
    return ", ".join(filter(None, values))[:200]


def as_shown(reading: Reading) -> dict[str, Any]:
    """Return what the page says of the file, as JSON."""
    columns = reading.columns
    return {
        "columns": list(reading.table.columns),
        "sample": [[row.number, _cells(row, reading)] for row in reading.sample],
        "meanings": dict(columns.meanings),
        "variables": {one: columns.variable(one) for one in reading.table.columns},
        "parts": columns.parts,
        "kind": columns.kind,
        "rows": reading.rows,
        "ready": len(reading.ready),
        "out": reading.left_out,
        "images": len(reading.images),
        "files": len(reading.names.names),
        "lack_count": len(reading.lacks),
        "lacks": [vars(lack) for lack in _first(reading.shown_lacks)],
        "lacking": [lack.number for lack in reading.lacks],
        "unnamed_count": len(reading.names.unnamed),
        "unnamed": sorted(reading.names.unnamed)[:MAX_SHOWN_NAMES],
        "notes": list(reading.table.notes),
    }


def _first(lacks: list[Lack]) -> list[Lack]:
    """Return those that are shown: what is still to be decided first, else in their order."""
    some = sorted(lacks, key=lambda lack: lack.out)[:MAX_SHOWN_LACKS]
    return sorted(some, key=lambda lack: lack.number)


def _cells(row: SourceRow, reading: Reading) -> list[str]:
    if row.problem:
        return [row.problem]
    texts = (row.values.get(column, "") for column in reading.table.columns)
    return [IN_TABLE if is_inline(text) else text[:MAX_SAMPLE_LENGTH] for text in texts]
