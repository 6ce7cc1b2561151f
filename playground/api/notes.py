"""The API of notes: writing, changing and deleting them. They are read in the JSON of their run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse, JsonResponse

from playground.accounts.visitor import visitor_of
from playground.api.authentication import for_programs
from playground.api.errors import Refused
from playground.api.parsing import UNKNOWN, json_body
from playground.comparisons.access import find_comparison, find_run
from playground.exports.as_json import note_as_json
from playground.exports.redaction import EVERYTHING
from playground.exports.redaction.notes import shown_note
from playground.runs import notes
from playground.web.json_values import TEXT, is_text

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest

    from playground.runs.models.comparison import Comparison
    from playground.runs.models.note import Note
    from playground.runs.models.run import Run

WRONG = "Nothing was kept: see `fields`."


@for_programs("POST")
def write_run(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    return _write(request, find_run(request, run_id))


@for_programs("POST")
def write_comparison(request: HttpRequest, comparison_id: uuid.UUID) -> HttpResponse:
    return _write(request, find_comparison(request, comparison_id))


@for_programs("POST")
def change_run(request: HttpRequest, run_id: uuid.UUID, note_id: uuid.UUID) -> HttpResponse:
    return _change(request, find_run(request, run_id), note_id)


@for_programs("POST")
def change_comparison(
    request: HttpRequest, comparison_id: uuid.UUID, note_id: uuid.UUID
) -> HttpResponse:
    return _change(request, find_comparison(request, comparison_id), note_id)


@for_programs("POST")
def delete_run(request: HttpRequest, run_id: uuid.UUID, note_id: uuid.UUID) -> HttpResponse:
    return _delete(request, find_run(request, run_id), note_id)


@for_programs("POST")
def delete_comparison(
    request: HttpRequest, comparison_id: uuid.UUID, note_id: uuid.UUID
) -> HttpResponse:
    return _delete(request, find_comparison(request, comparison_id), note_id)


def _write(request: HttpRequest, item: Run | Comparison) -> HttpResponse:
    try:
        note = notes.write(item, visitor_of(request).account, _text(request))
    except notes.NoteRefusedError as refusal:
        raise Refused(422, "invalid", WRONG, {"text": [str(refusal)]}) from None
    return _answer(note, 201)


def _change(request: HttpRequest, item: Run | Comparison, note_id: uuid.UUID) -> HttpResponse:
    try:
        note = notes.change(item, visitor_of(request).account, note_id, _text(request))
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


def _text(request: HttpRequest) -> str:
    """The one field of the body. Raises Refused."""
    if request.content_type != "application/json":
        raise Refused(415, "media_type", "Send application/json.")
    body = json_body(request)
    wrong = {name if is_text(name) else "?": UNKNOWN for name in body if name != "text"}
    if not is_text(body.get("text")):
        wrong["text"] = [f"This has to be {TEXT}."]
    if wrong:
        raise Refused(422, "invalid", WRONG, wrong)
    return str(body["text"])


def _answer(note: Note, status: int) -> HttpResponse:
    body = note_as_json(shown_note(note, EVERYTHING))
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
