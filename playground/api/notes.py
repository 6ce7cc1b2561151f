"""The API of notes: writing, changing and deleting them. They are read in the JSON of their run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse

from playground.accounts.visitor import visitor_of
from playground.api.bodies import read
from playground.api.errors import Refused, as_json
from playground.api.operations import operation
from playground.api.types import NewNote
from playground.comparisons.access import find_comparison, find_run
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
WRITING: dict[str, Any] = {"takes": NewNote, "refuses": (409,)}


@operation("writeRunNote", **WRITING, answers={201: published.Note})
def write_run(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Write a note below a run.

    It is in the JSON of the run from then on.
    """
    return _write(request, find_run(request, run_id))


@operation("writeComparisonNote", **WRITING, answers={201: published.Note})
def write_comparison(request: HttpRequest, comparison_id: uuid.UUID) -> HttpResponse:
    """Write a note below a comparison.

    It is in the JSON of the comparison from then on.
    """
    return _write(request, find_comparison(request, comparison_id))


@operation("changeRunNote", **WRITING, answers={200: published.Note})
def change_run(request: HttpRequest, run_id: uuid.UUID, note_id: uuid.UUID) -> HttpResponse:
    """Change a note that one wrote.

    A note of somebody else is not found.
    """
    return _change(request, find_run(request, run_id), note_id)


@operation("changeComparisonNote", **WRITING, answers={200: published.Note})
def change_comparison(
    request: HttpRequest, comparison_id: uuid.UUID, note_id: uuid.UUID
) -> HttpResponse:
    """Change a note that one wrote.

    A note of somebody else is not found.
    """
    return _change(request, find_comparison(request, comparison_id), note_id)


@operation("deleteRunNote", answers={204: None}, refuses=(409,))
def delete_run(request: HttpRequest, run_id: uuid.UUID, note_id: uuid.UUID) -> HttpResponse:
    """Delete a note that one wrote.

    For good. A note of somebody else is not found.
    """
    return _delete(request, find_run(request, run_id), note_id)


@operation("deleteComparisonNote", answers={204: None}, refuses=(409,))
def delete_comparison(
    request: HttpRequest, comparison_id: uuid.UUID, note_id: uuid.UUID
) -> HttpResponse:
    """Delete a note that one wrote.

    For good. A note of somebody else is not found.
    """
    return _delete(request, find_comparison(request, comparison_id), note_id)


def _write(request: HttpRequest, item: Run | Comparison) -> HttpResponse:
    try:
        note = notes.write(item, visitor_of(request).account, read(request, NewNote, WRONG).text)
    except notes.NoteRefusedError as refusal:
        raise Refused(422, "invalid", WRONG, {"text": [str(refusal)]}) from None
    return _answer(note, 201)


def _change(request: HttpRequest, item: Run | Comparison, note_id: uuid.UUID) -> HttpResponse:
    try:
        note = notes.change(
            item, visitor_of(request).account, note_id, read(request, NewNote, WRONG).text
        )
    except notes.NoteGoneError:
        raise Http404 from None
    except notes.NoteRefusedError as refusal:
        raise Refused(422, "invalid", WRONG, {"text": [str(refusal)]}) from None
    return _answer(note, 200)


def _delete(request: HttpRequest, item: Run | Comparison, note_id: uuid.UUID) -> HttpResponse:
    try:
        notes.delete(item, visitor_of(request).account, note_id)
    except notes.NoteGoneError:
        raise Http404 from None
    return HttpResponse(status=204)


def _answer(note: Note, status: int) -> HttpResponse:
    return as_json(note_as_json(shown_note(note, EVERYTHING)), status)
