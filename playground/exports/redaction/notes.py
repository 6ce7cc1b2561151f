"""What people wrote below a run or a comparison, as far as it may be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from playground.exports.redaction.scope import Shown
    from playground.runs.models.comparison import Comparison
    from playground.runs.models.note import Note
    from playground.runs.models.run import Run


@dataclass(frozen=True)
class ShownNote:
    """One note. id: blank for a stranger. by: who wrote it; blank for a stranger, and where nobody
    signs in. html: the text as it is drawn.
    """

    id: str
    by: str
    text: str
    html: str
    written_at: datetime
    edited_at: datetime | None


def shown_notes(item: Run | Comparison, shown: Shown) -> tuple[ShownNote, ...] | None:
    """Return the notes in the order they were written; None where they are not to be shown.

    item: for several of them load their notes before, with who wrote them.
    """
    until = shown.notes_until
    if not shown.own and not until:
        return None
    notes: Iterable[Note] = item.notes.all()  # type: ignore[union-attr]
    found = [one for one in notes if not until or one.written_at <= until]
    return tuple(
        ShownNote(
            id=str(one.pk) if shown.own else "",
            by=one.writer.username if shown.own and one.writer else "",
            text=one.text,
            html=one.drawn,
            written_at=one.written_at,
            edited_at=one.edited_at,
        )
        for one in sorted(found, key=lambda note: note.written_at)
    )
