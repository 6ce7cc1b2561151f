"""The API of notes: writing, changing and deleting them. They are read in the JSON of their run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse

from playground.accounts.visitor import visitor_of
from playground.api.bodies import read
from playground.api.errors import Refused, as_json
from playground.api.operations import for_either
from playground.api.types import NewNote
from playground.exports import published
from playground.exports.as_json import note_as_json
from playground.exports.redaction import EVERYTHING
from playground.exports.redaction.notes import shown_note
from playground.runs import notes

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest

    from playground.runs.models.comparison import Comparison
    from playground.runs.models.note import Note
    from playground.runs.models.run import Run

WRONG = "Nothing was kept: see `fields`."


@for_either("write{}Note", takes=NewNote, answers={201: published.Note}, refuses=(409,))
def write(request: HttpRequest, item: Run | Comparison) -> HttpResponse:
    """Write a note below a {}.

    It is in the JSON of the {} from then on.
    """
    try:
        note = notes.write(item, visitor_of(request).account, read(request, NewNote, WRONG).text)
    except notes.NoteRefusedError as refusal:
        raise Refused(422, "invalid", WRONG, {"text": [str(refusal)]}) from None
    return _answer(note, 201)


@for_either("change{}Note", takes=NewNote, answers={200: published.Note}, refuses=(409,))
def change(request: HttpRequest, item: Run | Comparison, note_id: uuid.UUID) -> HttpResponse:
    """Change a note that one wrote.

    A note of somebody else is not found.
    """
    text, writer = read(request, NewNote, WRONG).text, visitor_of(request).account
    try:
        note = notes.change(item, writer, note_id, text)
    except notes.NoteGoneError:
        raise Http404 from None
    except notes.NoteRefusedError as refusal:
        raise Refused(422, "invalid", WRONG, {"text": [str(refusal)]}) from None
    return _answer(note, 200)


@for_either("delete{}Note", answers={204: None}, refuses=(409,))
def delete(request: HttpRequest, item: Run | Comparison, note_id: uuid.UUID) -> HttpResponse:
    """Delete a note that one wrote.

    For good. A note of somebody else is not found.
    """
    try:
        notes.delete(item, visitor_of(request).account, note_id)
    except notes.NoteGoneError:
        raise Http404 from None
    return HttpResponse(status=204)


def _answer(note: Note, status: int) -> HttpResponse:
    return as_json(note_as_json(shown_note(note, EVERYTHING)), status)
