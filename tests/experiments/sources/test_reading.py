"""Whatever a file holds, it is read or refused in words."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st

from playground.experiments.sources.archive import open_archive
from playground.experiments.sources.columns import drafts, guess
from playground.experiments.sources.reading import TABLES, read_table
from playground.experiments.sources.rows import SourceError
from tests.experiments.sources.made import packed

SIGNS = [*'{}[]",;:\n\t', "&a ", "*a", "- ", "<<: ", "'", "|", "!!set ", "? ", "\0", "\xff"]
WORDS = ["tests", "vars", "assert", "type: equals", "value", "a", "images", "1.50", "null"]
PIECES = st.sampled_from([*SIGNS, *WORDS, "\\ud800", "file://"])
WRITTEN = st.lists(PIECES, max_size=25).map(lambda parts: "".join(parts).encode("latin-1"))


@given(content=st.binary(max_size=60) | WRITTEN)
def test_any_bytes_are_a_table_or_are_refused(content):
    for suffix in TABLES:
        with suppress(SourceError):
            table = read_table(BytesIO(content), f"cases{suffix}")
            rows = list(table.rows)
            for case in drafts(rows, guess(table.columns, rows)):
                str(case).encode()


@given(st.data())
def test_a_zip_that_was_changed_anywhere_is_read_or_refused(data):
    content = bytearray(packed({"a/b.csv": "x\n1\n", "a/c.png": b"image" * 9}).getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(SourceError):
        archive = open_archive(BytesIO(content))
        archive.table()
        for name in archive.images:
            assert sum(map(len, archive.pieces(name, 1_000))) <= 1_000
