"""What people wrote below a run or a comparison, as far as it may be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from typing import Any

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
    rows: Any = item  # both have notes
    notes: Iterable[Note] = rows.notes.all()
    found = [one for one in notes if not until or one.written_at <= until]
    return tuple(shown_note(one, shown) for one in sorted(found, key=lambda one: one.written_at))


def shown_note(note: Note, shown: Shown) -> ShownNote:
    return ShownNote(
        id=str(note.pk) if shown.own else "",
        by=note.writer.username if shown.own and note.writer else "",
        text=note.text,
        html=note.drawn,
        written_at=note.written_at,
        edited_at=note.edited_at,
    )
