"""What is wrong with a document, by the place of each field: `cases[3].images[0]`."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from playground.web import field_types
from playground.web.field_types import is_text
from playground.web.formatting import MAX_SENTENCES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msgspec import Struct

MAX_SHOWN_NAME = 60  # characters of a name that is repeated


class DocumentError(Exception):
    """An experiment that cannot be started. fields: what is said of each wrong field."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        super().__init__("\n".join(_lines(fields)))
        self.fields = fields


def _lines(fields: dict[str, list[str]]) -> Iterator[str]:
    for path, words in islice(fields.items(), MAX_SENTENCES):
        yield f"{path}: {' '.join(words)}"
    more = len(fields) - MAX_SENTENCES
    if more > 0:
        yield f"{more:,} more are wrong."


class Problems:
    """Gathers what is wrong, so that all of it is said at once."""

    def __init__(self) -> None:
        self.fields: dict[str, list[str]] = {}

    def add(self, path: str, words: str) -> None:
        self.fields.setdefault(path, []).append(words)

    def checked(self, struct: type[Struct], value: Any, path: str) -> dict[str, Any]:
        """Return what is right of the object at this place, and note what is not."""
        found, wrong = field_types.checked(struct, value)
        for name, words in wrong.items():
            self.add(inside(path, name) if name else path or "__all__", words)
        return found

    def refuse(self) -> None:
        """Raise DocumentError where anything is wrong."""
        if self.fields:
            raise DocumentError(self.fields)


def inside(path: str, name: str) -> str:
    """Return the place of a field; a name that cannot be repeated is a question mark."""
    shown = name[:MAX_SHOWN_NAME] if is_text(name) else "?"
    return f"{path}.{shown}" if path else shown
