"""Answers a test set as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from playground.experiments import test_set_files as files
from playground.experiments.test_set_views import find_test_set, find_version
from playground.exports import manner_of

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator

    from django.http import HttpRequest

    from playground.experiments.models.test_set import Version

TYPES = {
    "csv": ("text/csv; charset=utf-8", ".csv"),
    "jsonl": ("application/jsonl; charset=utf-8", ".jsonl"),
    "zip": ("application/zip", ".zip"),
    "promptfoo": ("application/zip", "-promptfoo.zip"),
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
    response = StreamingHttpResponse(pieces, content_type=content_type)
    name = content_disposition_header(as_attachment=True, filename=f"{stem}{ending}")
    response["Content-Disposition"] = name
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
