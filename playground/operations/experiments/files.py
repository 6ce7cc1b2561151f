"""Reads the file of an experiment, its cases out of a table, and the images beside them."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandError

from playground.experiments.document.images import shown
from playground.experiments.document.reading import WrittenNumber
from playground.experiments.models.test_set import MAX_CASES
from playground.experiments.sources.columns import NO_EXPECTED, Columns, Meaning, drafts, guess
from playground.experiments.sources.file_names import is_inline
from playground.experiments.sources.reading import read_table
from playground.experiments.sources.rows import SourceError
from playground.imaging import over_bytes
from playground.imaging.limits import MAX_BYTES
from playground.operations.terminal import harmless
from playground.operations.typed import REFUSED
from playground.providers.parameters.typed_json import each_once
from playground.submission.variables import names_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playground.experiments.sources.columns import CaseDraft

MAX_FILE_BYTES = 32 * 2**20


def read_file(path: Path) -> Any:
    """Return the plain value of a file of JSON, or of TOML where its name says so."""
    if path.suffix.lower() == ".toml":
        try:
            return tomllib.loads(_text(path), parse_float=WrittenNumber)
        except (tomllib.TOMLDecodeError, RecursionError) as wrong:
            raise refusal(f"{path} is no TOML: {wrong}.") from None
    try:
        return json.loads(_text(path), parse_float=WrittenNumber, object_pairs_hook=each_once)
    except (ValueError, RecursionError) as wrong:
        raise refusal(f"{path} is no JSON: {str(wrong).removesuffix('.')}.") from None


def refusal(words: str) -> CommandError:
    return CommandError(harmless(words), returncode=REFUSED)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise refusal(f"{path} is over {MAX_FILE_BYTES // 2**20} MB. Bring its cases in apart.")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise refusal(f"{path} cannot be read: {error.strerror}. Name a file.") from None
    except UnicodeDecodeError:
        raise refusal(f"{path} is not UTF-8 text.") from None


def with_cases(value: Any, path: Path) -> tuple[Any, tuple[str, ...]]:
    """Return the document with the cases of a table in place of its own, and notes on the table."""
    if not isinstance(value, dict):
        return value, ()
    if value.get("cases") is not None or value.get("test_set") is not None:
        raise refusal("The file has cases already. Leave them out of it, or leave --cases out.")
    try:
        with path.open("rb") as stream:
            table = read_table(stream, path.name)
            rows = list(table.rows)
            asked = names_in(json.dumps(value, default=str))
            columns = Columns(guess(table.columns, rows, asked).meanings)
            cases = [_case(one, path) for one in drafts(rows, columns)]
    except OSError as error:
        raise refusal(f"{path} cannot be read: {error.strerror}. Name a file.") from None
    except SourceError as wrong:
        raise refusal(f"{path}: {wrong}") from None
    return value | {"cases": cases[: MAX_CASES + 1]}, (*table.notes, *_said(columns))


def _said(columns: Columns) -> Iterator[str]:
    """Say what columns were taken for: no page shows it first."""
    known = {name: one for name, one in columns.meanings.items() if one != Meaning.VARIABLE}
    if any(name.lower() not in (one, f"{one}s") for name, one in known.items()):
        taken = ", ".join(f"{name} as {one}" for name, one in known.items())
        yield f"By their names: {taken}. Other columns are variables."


def _case(draft: CaseDraft, path: Path) -> dict[str, Any]:
    for problem in draft.problems:
        if problem != NO_EXPECTED:
            raise refusal(f"{path}, row {draft.number}: {problem}")
    return {
        "images": [f"data:;base64,{one}" if is_inline(one) else one for one in draft.images],
        "variables": {name: text for name, text in draft.variables.items() if text},
        "question": draft.question,
        "expected": draft.expected,
        "tags": list(draft.tags),
        "note": draft.note,
    }


@dataclass(frozen=True)
class FolderFiles:
    """The images of a folder; nothing outside of it, also not by a link."""

    folder: Path
    most: int = MAX_CASES * 16

    @property
    def _place(self) -> Path:
        return self.folder.resolve()  # "in ." would be read as the folder above

    def problem(self, name: str) -> str:
        path = self._path(name)
        if not path:
            return f"{shown(name)} leads out of {self._place}. Put the image into the folder."
        try:
            size = path.stat().st_size if path.is_file() else -1
        except OSError:
            size = -1
        if size < 0:
            return f"{shown(name)} is no file in {self._place}."
        return str(over_bytes(size).about(path.name)) if size > MAX_BYTES else ""

    def read(self, name: str) -> bytes:
        path = self._path(name)
        try:
            return path.read_bytes() if path else b""
        except OSError as error:
            raise refusal(f"{name} cannot be read: {error.strerror}.") from None

    def _path(self, name: str) -> Path | None:
        """Return where it is; None where that is outside of the folder."""
        try:
            path = (self.folder / name).resolve()
        except (OSError, ValueError):
            return None
        return path if path.is_relative_to(self.folder.resolve()) else None
