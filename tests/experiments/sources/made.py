"""Files as people bring them, made by the tests."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from playground.experiments.sources.reading import read_table

if TYPE_CHECKING:
    from playground.experiments.sources.rows import Table


def table(content: str | bytes, name: str = "cases.csv") -> Table:
    return read_table(BytesIO(content.encode() if isinstance(content, str) else content), name)


def values(content: str | bytes, name: str = "cases.csv") -> list[dict[str, str]]:
    return [row.values for row in table(content, name).rows]


def problems(content: str | bytes, name: str = "cases.csv") -> dict[int, str]:
    return {row.number: row.problem for row in table(content, name).rows if row.problem}


def packed(files: dict[Any, bytes | str]) -> BytesIO:
    """A ZIP with these files; a name may be a ZipInfo."""
    stream = BytesIO()
    with ZipFile(stream, "w") as file:
        for name, content in files.items():
            file.writestr(name, content)
    return stream
