"""Which parts of two sequences are the same, in about n log n: difflib takes minutes on some texts.

Words that occur once in both are the fixed points; between two of them the same again; what is
left without such words is compared cell by cell, as long as the work allowed for is not used up.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Cells of all tables of one alignment, about 60 ns each, and of a single one.
MAX_CELLS = 1_000_000
MAX_TABLE = 250_000
MAX_DEPTH = 8


class Match(NamedTuple):
    """a[start : start + size] is b[other : other + size]."""

    start: int
    other: int
    size: int


def matches(a: Sequence[str], b: Sequence[str]) -> list[Match]:
    """Return the matching parts in order, none empty and no two adjoining."""
    found: list[Match] = []
    for i, j in _Alignment(a, b).pairs(0, len(a), 0, len(b), MAX_DEPTH):
        last = found[-1] if found else None
        if last and (last.start + last.size, last.other + last.size) == (i, j):
            found[-1] = last._replace(size=last.size + 1)
        else:
            found.append(Match(i, j, 1))
    return found


class _Alignment:
    def __init__(self, a: Sequence[str], b: Sequence[str]) -> None:
        self.a, self.b = a, b
        self.left = MAX_CELLS

    def pairs(
        self, i: int, i_end: int, j: int, j_end: int, depth: int
    ) -> Iterator[tuple[int, int]]:
        """Give the positions of equal words in a[i:i_end] and b[j:j_end], both rising."""
        a, b = self.a, self.b
        while i < i_end and j < j_end and a[i] == b[j]:
            yield i, j
            i, j = i + 1, j + 1
        tail = 0
        while i < i_end and j < j_end and a[i_end - 1] == b[j_end - 1]:
            i_end, j_end, tail = i_end - 1, j_end - 1, tail + 1
        if i < i_end and j < j_end:
            yield from self._between(i, i_end, j, j_end, depth)
        yield from zip(range(i_end, i_end + tail), range(j_end, j_end + tail), strict=True)

    def _between(
        self, i: int, i_end: int, j: int, j_end: int, depth: int
    ) -> Iterator[tuple[int, int]]:
        fixed = self._fixed_points(i, i_end, j, j_end) if depth else []
        if not fixed:
            yield from self._table(i, i_end, j, j_end)
            return
        for x, y in fixed:
            yield from self.pairs(i, x, j, y, depth - 1)
            yield x, y
            i, j = x + 1, y + 1
        yield from self.pairs(i, i_end, j, j_end, depth - 1)

    def _fixed_points(self, i: int, i_end: int, j: int, j_end: int) -> list[tuple[int, int]]:
        """Return the longest rising series of words that occur once in each."""
        in_a, in_b = Counter(self.a[i:i_end]), Counter(self.b[j:j_end])
        at = {word: y for y, word in enumerate(self.b[j:j_end], j) if in_b[word] == 1}
        once = [
            (x, at[word])
            for x, word in enumerate(self.a[i:i_end], i)
            if in_a[word] == 1 and word in at
        ]
        return _longest_rising(once)

    def _table(self, i: int, i_end: int, j: int, j_end: int) -> Iterator[tuple[int, int]]:
        """The longest common subsequence, or nothing where that would be too much work."""
        cells = (i_end - i) * (j_end - j)
        if cells > min(MAX_TABLE, self.left):
            return
        self.left -= cells
        rows = [[0] * (j_end - j + 1)]
        for word in reversed(self.a[i:i_end]):
            rows.append(_row(word, self.b[j:j_end], rows[-1]))
        rows.reverse()
        x, y = i, j
        while x < i_end and y < j_end:
            if self.a[x] == self.b[y]:
                yield x, y
                x, y = x + 1, y + 1
            elif rows[x - i + 1][y - j] >= rows[x - i][y - j + 1]:
                x += 1
            else:
                y += 1


def _row(word: str, others: Sequence[str], below: list[int]) -> list[int]:
    row = [0] * len(below)
    for y in range(len(others) - 1, -1, -1):
        row[y] = below[y + 1] + 1 if others[y] == word else max(below[y], row[y + 1])
    return row


def _longest_rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest series in which the second number rises too (patience sorting)."""
    tops: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for index, (_, y) in enumerate(pairs):
        pile = bisect_left(tops, y)
        tops[pile : pile + 1] = [y]
        last[pile : pile + 1] = [index]
        before.append(last[pile - 1] if pile else -1)
    series: list[tuple[int, int]] = []
    index = last[-1] if last else -1
    while index >= 0:
        series.append(pairs[index])
        index = before[index]
    return series[::-1]
