"""What the columns of a table mean, and the cases that its rows become by that."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from playground.experiments.rules.parse import parse_rule
from playground.experiments.rules.reading import shortened
from playground.experiments.sources.file_names import is_address, is_image, is_inline
from playground.submission.variables import MAX_VARIABLES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from playground.experiments.sources.rows import SourceRow

MAX_IMAGES = 16
MAX_UNIT = 4  # letters beside a number
NO_EXPECTED = "No expected value."
NO_IMAGE = "An image is neither the name of a file nor JPEG, PNG, GIF or WebP as base64."
MAX_IMAGE_NAME = 1_000
MAX_TAGS = 20
MAX_TAG = 40
MAX_NAME = 40  # of a variable


class Meaning(StrEnum):
    IMAGE = "image"
    VARIABLE = "variable"
    QUESTION = "question"
    EXPECTED = "expected"
    TAGS = "tags"
    NOTE = "note"
    LEAVE_OUT = "leave_out"


# Without the lines between words, the best first: beside a ground truth, an answer is a model's.
_EXPECTED = """expected truth groundtruth gt ideal gold expectedoutput expectedanswer
    referenceanswer correctanswer correctlabel answer answers label target reference"""
_IMAGE = "images image file files path filename imagepath imagefile img"
_NAMES = {
    Meaning.IMAGE: tuple(_IMAGE.split()),
    Meaning.EXPECTED: tuple(_EXPECTED.split()),
    Meaning.TAGS: ("tags", "tag", "category"),
    Meaning.NOTE: ("note", "notes"),
    Meaning.QUESTION: ("question", "prompt", "text"),
}
_MEANT = {name for names in _NAMES.values() for name in names}
_OWN = {"images", "question", "expected", "tags", "note"}  # of a test set that was downloaded
_HEAD = re.compile(r"data:image/[a-z]+;base64,")  # its semicolon parts no images
OPTIONS = set("ABCDEFGH")  # columns that a question lets choose from
# Kinds of expected values, by the rule that has to understand them.
KINDS = {"text": "", "number": "number", "choice": "letter", "json": "JSON", "boxes": "box"}


@dataclass(frozen=True)
class Columns:
    """meanings: of each column; those that are not there are variables.

    variables: other names for some. parts: the sign between tags, none where each value is one.
    kind: what expected values are, of KINDS.
    """

    meanings: Mapping[str, Meaning]
    variables: Mapping[str, str] = field(default_factory=dict)
    parts: str = ";"
    kind: str = "text"

    def of(self, meaning: Meaning) -> list[str]:
        return [column for column, one in self.meanings.items() if one is meaning]

    def variable(self, column: str) -> str:
        return self.variables.get(column) or variable_name(column)


@dataclass(frozen=True)
class CaseDraft:
    """A case before it is kept. problems: sentences; with one it has to be mended or left out."""

    number: int
    images: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    question: str = ""
    expected: str = ""
    tags: tuple[str, ...] = ()
    note: str = ""
    problems: tuple[str, ...] = ()


def guess(
    columns: Sequence[str], rows: Sequence[SourceRow], variables: Collection[str] = ()
) -> Columns:
    """Return what columns seem to mean, by their names and by the first rows.

    variables: those that prompts ask for, whatever else their columns could mean.
    """
    meanings: dict[str, Meaning] = {}
    sure = {one for one in columns if variable_name(one) in variables or one.startswith("{{")}
    sure |= set(columns) - _OWN if set(columns) >= _OWN else set()
    found = {one: [row.values[one] for row in rows if row.values.get(one)] for one in columns}
    for column, values in found.items():
        meanings[column] = Meaning.VARIABLE if column in sure else _guessed(column, values)
    # Several columns of images are several images; of anything else there is one, the best named.
    for meaning in set(_NAMES) - {Meaning.IMAGE}:
        named = [column for column, one in meanings.items() if one is meaning]
        meanings |= dict.fromkeys(best_named(meaning, named)[1:], Meaning.VARIABLE)
    found = {column: values for column, values in found.items() if column not in sure}
    meanings |= _beside_others(meanings, found)
    expected = [column for column, one in meanings.items() if one is Meaning.EXPECTED]
    tags = [column for column, one in meanings.items() if one is Meaning.TAGS]
    tagged = "".join(row.values.get(column, "") for row in rows for column in tags)
    parts = next((sign for sign in ";," if sign in tagged), ";")
    answers = [row.values.get(column, "") for row in rows for column in expected]
    return Columns(meanings, parts=parts, kind=_kind([one for one in answers if one]))


def best_named(meaning: Meaning, columns: Iterable[str]) -> list[str]:
    """Return those that are called like it, the best first."""
    names = _NAMES[meaning]
    named = (column for column in columns if _plain(column) in names)
    return sorted(named, key=lambda column: names.index(_plain(column)))


def _guessed(column: str, values: Sequence[str]) -> Meaning:
    name = _plain(column)
    images = [part for value in values for part in _images(value) or [""]]
    if images and all(is_inline(one) or is_image(one) for one in images):
        return Meaning.IMAGE
    named = (meaning for meaning, names in _NAMES.items() if name in names)
    return next(named, Meaning.VARIABLE)


def _beside_others(
    meanings: Mapping[str, Meaning], found: Mapping[str, Sequence[str]]
) -> dict[str, Meaning]:
    """Return what columns mean beside others: a prompt alone may be what made the image."""
    kinds, names = {meanings[one] for one in found}, {_plain(one) for one in found}
    sure = {"prompt": Meaning.EXPECTED in kinds, "text": "questionid" in names}
    sure["category"] = sure["prompt"] and bool({"question", "prompt"} & names)
    images = [one for one in found if meanings[one] is Meaning.IMAGE]
    # Names beside images themselves, and addresses beside files, say where those are from.
    far = {
        one: is_address(found[one][0]) - is_inline(found[one][0]) for one in images if found[one]
    }
    other = [one for one in far if far[one] > min(far.values())]
    other += [one for one in found if not sure.get(_plain(one), True)]
    asks = {"question", "a", "b"} <= names
    choices = dict.fromkeys(OPTIONS & set(found) if asks else (), Meaning.QUESTION)
    return dict.fromkeys(other, Meaning.VARIABLE) | choices


def _plain(column: str) -> str:
    return variable_name(column.strip()).lower().replace("_", "")


def as_column(variable: str) -> str:
    """Return the column of a variable: between braces where its name means something else here."""
    meant = _plain(variable) in _MEANT or variable in OPTIONS
    return f"{{{{{variable}}}}}" if meant else variable


def _kind(values: Sequence[str]) -> str:
    """Return the kind that all values are of: text for what only may be a choice, or boxes."""
    if values and all(one.startswith("{") and _understood("json", one) for one in values):
        return "json"
    return "number" if values and all(map(_is_amount, values)) else "text"


def _is_amount(value: str) -> bool:
    """Whether it is a number with a unit at most: 12 Main Street is a text with one."""
    return sum(map(str.isalpha, value)) <= MAX_UNIT and _understood("number", value)


def _understood(kind: str, expected: str) -> bool:
    return parse_rule({"rule": kind}).judge("", expected).right is not None


def variable_name(column: str) -> str:
    """Return a column's name as prompts can write it between braces."""
    name = re.sub(r"\W+", "_", column, flags=re.ASCII).strip("_")
    return (name if name[:1].isalpha() else f"column_{name}".rstrip("_"))[:MAX_NAME]


def drafts(rows: Iterable[SourceRow], columns: Columns) -> Iterator[CaseDraft]:
    """Give a case for each row."""
    for row in rows:
        problem = (row.problem,) if row.problem else ()
        yield CaseDraft(row.number, problems=problem) if problem else _draft(row, columns)


def _draft(row: SourceRow, columns: Columns) -> CaseDraft:
    def text(meaning: Meaning) -> str:
        cells = ((one, row.values.get(one, "")) for one in columns.of(meaning))
        lettered = OPTIONS if meaning is Meaning.QUESTION else ()
        return "\n".join(f"{a}. {b}" if a in lettered else b for a, b in cells if b)

    pairs = [
        (columns.variable(column), value)
        for column, value in row.values.items()
        if columns.meanings.get(column, Meaning.VARIABLE) is Meaning.VARIABLE
    ]
    named = dict(pairs)
    twice = () if len(named) == len(pairs) else ("Two columns are one variable: rename one.",)
    images = [
        part for one in columns.of(Meaning.IMAGE) for part in _images(row.values.get(one, ""))
    ]
    tags = tuple(dict.fromkeys(_parted(text(Meaning.TAGS), columns.parts)))
    question, expected, note = map(text, (Meaning.QUESTION, Meaning.EXPECTED, Meaning.NOTE))
    draft = CaseDraft(row.number, tuple(images), named, question, expected, tags, note)
    return replace(draft, problems=(*twice, *_problems(draft, columns)))


def _images(value: str) -> Sequence[str]:
    """Return the names in a cell: by semicolons or lines, or as a JSON list."""
    value = _HEAD.sub("", value)
    if value.startswith("["):
        with suppress(ValueError, RecursionError):
            return [str(one) for one in json.loads(value)]
    return _parted(value.replace("|", ";").replace("\n", ";"), ";")


def _parted(value: str, sign: str) -> list[str]:
    parts = value.split(sign) if sign else [value]
    return [part.strip() for part in parts if part.strip()]


def _problems(draft: CaseDraft, columns: Columns) -> Iterator[str]:
    if any(len(one) > MAX_IMAGE_NAME and not is_inline(one) for one in draft.images):
        yield NO_IMAGE
    if len(draft.images) > MAX_IMAGES:
        yield f"{len(draft.images)} images, a case has at most {MAX_IMAGES}."
    if len(draft.variables) > MAX_VARIABLES:
        yield f"{len(draft.variables)} variables, a case has at most {MAX_VARIABLES}."
    if len(draft.tags) > MAX_TAGS or any(len(tag) > MAX_TAG for tag in draft.tags):
        yield f"A case has at most {MAX_TAGS} tags of at most {MAX_TAG} characters."
    if not draft.expected and columns.of(Meaning.EXPECTED):
        yield NO_EXPECTED
    elif (
        draft.expected and columns.kind != "text" and not _understood(columns.kind, draft.expected)
    ):
        yield f"“{shortened(draft.expected, 40)}” is no {KINDS[columns.kind]}."
