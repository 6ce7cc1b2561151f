"""What a provider answered, byte for byte, for whoever is shown all of a run."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.core.exceptions import ObjectDoesNotExist

MAX_TOGETHER_BYTES = 16 * 1024 * 1024

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from playground.runs.models.received import ReceivedAnswer
    from playground.runs.models.run import Run


@dataclass(frozen=True)
class ShownReceived:
    """size: bytes of all that came. kept: of those that are kept.

    withheld: nothing is, because the key is spread over it. left_out: it is kept, and not in this
    representation, which holds several.
    """

    size: int
    kept: int
    withheld: bool
    left_out: bool
    _row: ReceivedAnswer = field(repr=False, compare=False)

    @property
    def all_of_it(self) -> bytes:
        """What is kept, also where this representation leaves it out."""
        return self._row.body

    @property
    def body(self) -> bytes:
        return b"" if self.left_out else self._row.body

    @property
    def text(self) -> str | None:
        """What came as text; None where it is not UTF-8."""
        try:
            return self.body.decode()
        except UnicodeDecodeError:
            return None

    @property
    def in_letters(self) -> str:
        """What came as base64, for bytes that are no text."""
        return base64.b64encode(self.body).decode()

    @property
    def written(self) -> str:
        """What came as people can look at it, bytes that are no text by their number."""
        return self.body.decode(errors="backslashreplace")

    @property
    def remark(self) -> str:
        """Why not all of it is here, in words for people; empty where all of it is."""
        if self.left_out:
            return "It is in the file of this run alone: here it would be too much."
        if self.withheld:
            return "It repeated the key piece by piece, so it was not kept as it came."
        if self.size > self.kept:
            return f"The first {self.kept:,} of {self.size:,} bytes were kept."
        return ""

    @property
    def is_escaped(self) -> bool:
        return self.text is None


def shown_received(run: Run) -> ShownReceived | None:
    if run._state.adding:
        return None  # nothing came of a run that is not stored
    try:
        row: ReceivedAnswer = run.received
    except ObjectDoesNotExist:
        return None
    return ShownReceived(row.size, row.kept, row.withheld, left_out=False, _row=row)


def together(received: Iterable[ShownReceived | None]) -> Iterator[ShownReceived | None]:
    """Yield what fits into one representation of several runs, and word of what does not."""
    left = MAX_TOGETHER_BYTES
    for one in received:
        fits = not one or one.kept <= left
        left -= one.kept if one and fits else 0
        yield one if fits or not one else replace(one, left_out=True)
