"""Writes notes, changes and deletes them: each by its writer, within stated numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from playground.rendering import RENDERER_VERSION, render
from playground.runs.models.note import MAX_NOTE_LENGTH, Note
from playground.runs.models.run import Run
from playground.storage.writes import one_at_a_time, orderly_writes

if TYPE_CHECKING:
    import uuid
    from typing import Any

    from playground.accounts.models import Account
    from playground.runs.models.comparison import Comparison

MAX_NOTES = 100  # below one run or comparison


class NoteRefusedError(Exception):
    """Nothing was kept; the words say why."""


class NoteGoneError(Exception):
    """There is no such note of this writer."""


def write(item: Run | Comparison, writer: Account | None, text: str) -> Note:
    """Raises NoteRefusedError."""
    values = _drawn(text)
    below: Any = {"run": item} if isinstance(item, Run) else {"comparison": item}
    with one_at_a_time("notes"):
        if Note.objects.of(item).count() >= MAX_NOTES:
            raise NoteRefusedError(
                f"There are {MAX_NOTES} notes here, which is the most. Delete one of yours first."
            )
        return Note.objects.create(writer=writer, **below, **values)


def change(item: Run | Comparison, writer: Account | None, note_id: uuid.UUID, text: str) -> Note:
    """Raises NoteRefusedError, NoteGoneError."""
    mine = Note.objects.of(item).filter(pk=note_id, writer=writer)
    if not mine.exists():
        raise NoteGoneError
    values = _drawn(text)
    with orderly_writes():
        if not mine.update(edited_at=timezone.now(), **values):
            raise NoteGoneError
    return mine.get()


def delete(item: Run | Comparison, writer: Account | None, note_id: uuid.UUID) -> None:
    """Raises NoteGoneError."""
    with orderly_writes():
        if not Note.objects.of(item).filter(pk=note_id, writer=writer).delete()[0]:
            raise NoteGoneError


def _drawn(text: str) -> dict[str, Any]:
    text = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not text:
        raise NoteRefusedError("A note needs a text. Write one, then save it.")
    if len(text) > MAX_NOTE_LENGTH:
        raise NoteRefusedError(
            f"A note has at most {MAX_NOTE_LENGTH:,} characters, and this one has {len(text):,}. "
            "Shorten it, or write two."
        )
    return {"text": text, "html": render(text).html, "renderer_version": RENDERER_VERSION}
