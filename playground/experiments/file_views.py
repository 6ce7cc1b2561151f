"""Answers a test set, or an experiment, as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from playground.experiments import test_set_files as files
from playground.experiments.access import find_experiment
from playground.experiments.files.lines import as_csv, as_jsonl
from playground.experiments.files.preferences import as_preferences
from playground.experiments.files.promptfoo import as_promptfoo
from playground.experiments.test_set_views import find_test_set, find_version
from playground.exports import manner_of
from playground.exports.responses import origin_of

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator

    from django.http import HttpRequest

    from playground.experiments.models.test_set import Version

CSV, JSONL = "text/csv; charset=utf-8", "application/jsonl; charset=utf-8"
TYPES = {
    "csv": (CSV, ".csv"),
    "jsonl": (JSONL, ".jsonl"),
    "zip": ("application/zip", ".zip"),
    "promptfoo": ("application/zip", "-promptfoo.zip"),
}
EXPERIMENT_FILES = {
    "csv": (CSV, "cells.csv"),
    "jsonl": (JSONL, "cells.jsonl"),
    "promptfoo": ("application/json", "promptfoo.json"),
    "preferences": (JSONL, "preferences.jsonl"),
}
MAX_NAME_LENGTH = 60


@require_safe
def download(request: HttpRequest, set_id: uuid.UUID, form: str) -> StreamingHttpResponse:
    """The version that the address names, or the newest, as a file of this form."""
    test_set = find_test_set(request, set_id)
    version = find_version(request, test_set)
    content_type, ending = TYPES[form]
    stem = slugify(test_set.name)[:MAX_NAME_LENGTH].strip("-_") or "test-set"
    stem = f"{stem}-v{version.number}"
    pieces = _written(request, version, form, stem)
    return _sent(pieces, content_type, f"{stem}{ending}")


def _sent(
    pieces: Iterator[str] | Iterator[bytes], content_type: str, name: str
) -> StreamingHttpResponse:
    response = StreamingHttpResponse(pieces, content_type=content_type)
    disposition = content_disposition_header(as_attachment=True, filename=name)
    response["Content-Disposition"] = disposition
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _written(
    request: HttpRequest, version: Version, form: str, stem: str
) -> Iterator[str] | Iterator[bytes]:
    if form == "csv":
        return files.as_csv(version, manner_of(request.GET.get("as")))
    if form == "jsonl":
        return files.as_jsonl(version)
    return (files.as_zip if form == "zip" else files.as_promptfoo)(version, stem)


@require_safe
def experiment(request: HttpRequest, comparison_id: uuid.UUID, form: str) -> StreamingHttpResponse:
    """An experiment with all its marks, as a file of this form."""
    found, origin = find_experiment(request, comparison_id), origin_of(request)
    content_type, ending = EXPERIMENT_FILES[form]
    pieces: Iterator[str]
    if form == "csv":
        manner = manner_of(request.GET.get("as"))
        pieces, ending = as_csv(found, manner, origin), f"cells-{manner}.csv"
    elif form == "preferences":
        pieces = as_preferences(found)
    else:
        pieces = (as_jsonl if form == "jsonl" else as_promptfoo)(found, origin)
    name = slugify(found.comparison.title)[:MAX_NAME_LENGTH].strip("-_") or "experiment"
    encoded = (one.encode(errors="replace") for one in pieces)
    return _sent(encoded, content_type, f"{name}-{ending}")
