"""Notes below a run or a comparison: writing one, and changing or deleting what one wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from playground.accounts.visibility import may_change
from playground.accounts.visitor import visitor_of
from playground.comparisons.access import find_comparison, find_run
from playground.runs import notes
from playground.runs.models.note import MAX_NOTE_LENGTH, Note
from playground.runs.models.run import Run
from playground.storage.prepared import Prepared
from playground.web.fragments import is_fragment
from playground.web.responses import see_other

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest, HttpResponse

    from playground.runs.models.comparison import Comparison


# Asked by every page, almost always in vain.
HAS_NOTES_OF_RUN = Prepared(lambda item: Note.objects.filter(run=item).values_list("pk")[:1])
HAS_NOTES_OF_COMPARISON = Prepared(
    lambda item: Note.objects.filter(comparison=item).values_list("pk")[:1]
)


def notes_context(request: HttpRequest, item: Run | Comparison) -> dict[str, Any]:
    """The notes of a page, and where they are sent. Read where a page draws them."""
    visitor = visitor_of(request)
    name = "run-notes" if isinstance(item, Run) else "comparison-notes"
    known = HAS_NOTES_OF_RUN if isinstance(item, Run) else HAS_NOTES_OF_COMPARISON
    there = Note.objects.of(item).select_related("writer") if known.rows(item=item.pk) else ()
    return {
        "notes": there,
        "notes_address": reverse(name, args=[item.pk]),
        "may_write": may_change(visitor, item),
        "in_project": item.project_id is not None,
        "max_note": MAX_NOTE_LENGTH,
    }


def _below(
    request: HttpRequest, run_id: uuid.UUID | None = None, comparison_id: uuid.UUID | None = None
) -> Run | Comparison:
    if comparison_id:
        return find_comparison(request, comparison_id, even_sealed=True)
    return find_run(request, cast("uuid.UUID", run_id))


@require_POST
def write(request: HttpRequest, **place: uuid.UUID) -> HttpResponse:
    item, text = _below(request, **place), request.POST.get("note", "")
    try:
        notes.write(item, visitor_of(request).account, text)
    except notes.NoteRefusedError as refusal:
        return _refused(request, item, typed=text, problem=str(refusal))
    return _answer(request, item)


@require_POST
def change(request: HttpRequest, note_id: uuid.UUID, **place: uuid.UUID) -> HttpResponse:
    """Change the note, or with `delete` delete it: by its writer alone."""
    item, text = _below(request, **place), request.POST.get("note", "")
    writer = visitor_of(request).account
    try:
        if "delete" in request.POST:
            notes.delete(item, writer, note_id)
        else:
            notes.change(item, writer, note_id, text)
    except notes.NoteGoneError:
        raise Http404 from None
    except notes.NoteRefusedError as refusal:
        return _refused(request, item, typed=text, problem=str(refusal), editing=note_id)
    return _answer(request, item)


def _answer(request: HttpRequest, item: Run | Comparison) -> HttpResponse:
    if is_fragment(request):
        return render(request, "results/notes/_notes.html", notes_context(request, item))
    return see_other(item.get_absolute_url() + "#notes")


def _refused(request: HttpRequest, item: Run | Comparison, **more: Any) -> HttpResponse:
    """What was typed stays in its field, also without script: on a page with the notes alone."""
    page = "results/notes/_notes.html" if is_fragment(request) else "results/notes/page.html"
    context = notes_context(request, item) | {"item": item, **more}
    return render(request, page, context, status=422)
