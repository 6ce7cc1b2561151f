"""Bringing cases in: the upload, what its columns mean, and how far it is."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any, cast

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from playground.accounts.visibility import refuse_lookers
from playground.accounts.visitor import visitor_of
from playground.experiments import import_form, importing, uploads
from playground.experiments.models.importing import Import, ImportState
from playground.experiments.models.test_set import MAX_NAME_LENGTH
from playground.experiments.test_set_views import find_test_set
from playground.experiments.uploads import MAX_UPLOAD_BYTES, SLACK_BYTES, ImportUpload
from playground.web.fragments import is_fragment
from playground.web.params import line, uuid_or_none
from playground.web.request_bodies import LargeUpload
from playground.web.responses import see_other

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest, HttpResponse

    from playground.experiments.models.test_set import TestSet

MAX_AT_ONCE = 5  # imports of one person that are not done


def find_import(request: HttpRequest, import_id: uuid.UUID) -> Import:
    """Return the import, if this visitor began it; raises Http404."""
    return get_object_or_404(Import.objects.visible_to(visitor_of(request)), pk=import_id)


@LargeUpload(MAX_UPLOAD_BYTES, SLACK_BYTES, ImportUpload)
@require_http_methods(["GET", "HEAD", "POST"])
def import_list(request: HttpRequest) -> HttpResponse:
    """The form that brings cases in, and what was begun; POST takes the files in."""
    if request.method != "POST":
        return _list(request, test_set=_test_set(request, request.GET.get("set", "")))
    upload = cast("ImportUpload", request.upload_handlers[0])
    test_set = _test_set(request, request.POST.get("set", ""))
    try:
        _check_count(request)
        source, file = upload.one_file()
    except uploads.UploadRefusedError as refusal:
        return _list(request, test_set=test_set, problem=str(refusal), status=422)
    name = test_set.name if test_set else line(request, "name", MAX_NAME_LENGTH)
    name = name or PurePath(source).stem[:MAX_NAME_LENGTH] or "Test set"
    return see_other(importing.begin(file, source, name, visitor_of(request).account, test_set))


def _test_set(request: HttpRequest, wanted: str) -> TestSet | None:
    """Return the test set that is to get the cases; None: a new one. Raises Http404."""
    if not wanted:
        return None
    wanted_id = uuid_or_none(wanted)
    if not wanted_id:
        raise Http404
    return find_test_set(request, wanted_id)


def _check_count(request: HttpRequest) -> None:
    if _open_imports(request).count() >= MAX_AT_ONCE:
        words = f"{MAX_AT_ONCE} imports are not done. Finish or discard one of them."
        raise uploads.UploadRefusedError(words)


def _open_imports(request: HttpRequest) -> Any:
    mine = Import.objects.visible_to(visitor_of(request)).exclude(state=ImportState.DONE)
    return mine.order_by("-created_at")


def _list(request: HttpRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    context |= {"imports": _open_imports(request)[:20], "max_files": uploads.MAX_UPLOAD_FILES}
    context |= {"max_bytes": MAX_UPLOAD_BYTES}
    return render(request, "experiments/import/list.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    """Where an import stands; POST says what columns mean, and with `keep` brings the cases in."""
    import_ = find_import(request, import_id)
    if request.method == "POST":
        return _decide(request, import_)
    if import_.state == ImportState.DONE and import_.test_set:
        there = import_.test_set.get_absolute_url()
        return HttpResponseClientRedirect(there) if is_fragment(request) else see_other(there)
    return _page(request, import_)


def _decide(request: HttpRequest, import_: Import) -> HttpResponse:
    if import_.state != ImportState.MAPPING:
        return see_other(import_)
    if import_.test_set:
        refuse_lookers(visitor_of(request), import_.test_set)
    mends, problem = import_form.mends_of(request, import_, visitor_of(request))
    values: dict[str, Any] = {"mapping": import_form.mapping_of(request, import_.found)}
    values |= {"mends": mends, "problem": ""}
    values["broken"] = {row: why for row, why in import_.broken.items() if row not in mends}
    values["name"] = line(request, "name", MAX_NAME_LENGTH) or import_.name
    if problem:
        return _page(request, import_, status=422, problem=problem)
    keep = "keep" in request.POST
    importing.move(import_, ImportState.STORING if keep else ImportState.LOOKING, **values)
    return see_other(import_)


def _page(
    request: HttpRequest, import_: Import, *, status: int = 200, **extra: Any
) -> HttpResponse:
    context = {
        "import": import_,
        "found": import_.found,
        "meanings": import_form.MEANINGS.items(),
        "kinds": import_form.KIND_WORDS.items(),
        "separators": import_form.SEPARATORS.items(),
        "columns": _columns(import_),
        "left": _seconds_left(import_),
        "problem": import_.problem,
    }
    name = "_main.html" if is_fragment(request) else "page.html"
    return render(request, f"experiments/import/{name}", context | extra, status=status)


def _columns(import_: Import) -> list[dict[str, Any]]:
    """Return of each column its name, what it means and the variable that it would be."""
    found = import_.found or {"columns": []}
    return [
        {"name": one, "meaning": found["meanings"][one], "variable": found["variables"][one]}
        for one in found["columns"]
    ]


def _seconds_left(import_: Import) -> float | None:
    """Return how long it will take, once enough is done to say so."""
    if import_.state != ImportState.STORING or not import_.started_at or import_.done < 10:
        return None
    passed = (timezone.now() - import_.started_at).total_seconds()
    return passed / import_.done * (import_.total - import_.done)


@require_POST
def discard(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    """Stop it and keep nothing."""
    importing.discard(find_import(request, import_id))
    return see_other(reverse("imports"))
