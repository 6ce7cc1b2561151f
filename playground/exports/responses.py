"""The same address for people and machines: which form a request asks for, and that form.

Used for the owner's pages and for the pages of links alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.http import content_disposition_header

from playground.exports import (
    as_text,
    comparison_as_csv,
    comparison_as_json,
    comparison_as_markdown,
    manner_of,
    run_as_json,
    run_as_markdown,
)
from playground.exports.citations import cite_comparison
from playground.exports.documents import as_html, as_zip, file_name
from playground.exports.redaction import OwnAddresses, Shown, ShownComparison, runs_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from playground.exports.citations import Citation
    from playground.exports.redaction import ShownRun
    from playground.runs.models.comparison import Comparison
    from playground.runs.models.run import Run

Response = TypeVar("Response", bound="HttpResponseBase")
TYPES = {"html": "text/html", "json": "application/json", "md": "text/markdown"}
FILES = ("html", "zip")  # what is downloaded
MAX_ANSWERS_LENGTH = (
    20_000_000  # characters of all answers in one representation; it takes six times that
)


def wanted_form(request: HttpRequest) -> str:
    """Return html, json or md by the Accept header; html where none of them is asked for."""
    chosen = request.get_preferred_type(list(TYPES.values()))
    return next((form for form, kind in TYPES.items() if kind == chosen), "html")


def by_accept(response: Response) -> Response:
    """Tell caches that another Accept header gets another answer from this address."""
    patch_vary_headers(response, ["Accept"])
    return response


def origin_of(request: HttpRequest) -> str:
    """Return `https://host`, to make the addresses in files whole."""
    return request.build_absolute_uri("/").rstrip("/")


def everything(request: HttpRequest) -> Shown:
    """What the owner is shown, with whole addresses: a file does not know where it came from."""
    return Shown(addresses=OwnAddresses(origin_of(request)))


def cited(request: HttpRequest, comparison: Comparison, cells: Sequence[Run]) -> list[Citation]:
    """How the owner may cite a comparison. Reads the prompt of the first cell at most."""
    url = request.build_absolute_uri(comparison.get_absolute_url())
    heading = comparison.title or cells[0].prompt
    return cite_comparison(heading, cells, comparison.created_at, url)


def refusal_of_size(characters: int) -> HttpResponse | None:
    """Return why answers of so many characters are not written into one file, if they are not."""
    if characters <= MAX_ANSWERS_LENGTH:
        return None
    words = (
        f"The answers are {characters:,} characters together; one file holds at most "
        f"{MAX_ANSWERS_LENGTH:,}. Open the runs and download them one by one.\n"
    )
    return HttpResponse(words, status=422, content_type="text/plain; charset=utf-8")


def _characters(shown: ShownRun | ShownComparison) -> int:
    return sum(len(run.output) for run in runs_of(shown))


def represented(shown: ShownRun | ShownComparison, form: str) -> HttpResponse:
    """Return a run or a comparison as json or md."""
    if refusal := refusal_of_size(_characters(shown)):
        return refusal
    response = _written(shown, form)
    # Saved, it is called by what was asked, not by its address: that of a link is a secret.
    response["Content-Disposition"] = f'inline; filename="{file_name(shown, form)}"'
    return response


def as_table(request: HttpRequest, shown: ShownComparison) -> HttpResponse:
    """Return a comparison as CSV, in the manner that `?as=` names, which its name says too."""
    if refusal := refusal_of_size(_characters(shown)):
        return refusal
    manner = manner_of(request.GET.get("as"))
    return csv_file(comparison_as_csv(shown, manner), f"{file_name(shown)}-{manner}.csv")


def csv_file(text: str, name: str) -> HttpResponse:
    response = _text(text, "text/csv")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _written(shown: ShownRun | ShownComparison, form: str) -> HttpResponse:
    if isinstance(shown, ShownComparison):
        if form == "json":
            return _text(as_text(comparison_as_json(shown)), TYPES["json"])
        return _text(comparison_as_markdown(shown), TYPES["md"])
    if form == "json":
        return _text(as_text(run_as_json(shown)), TYPES["json"])
    return _text(run_as_markdown(shown), TYPES["md"])


def _text(text: str, content_type: str) -> HttpResponse:
    kind = content_type if content_type == TYPES["json"] else f"{content_type}; charset=utf-8"
    # The answer may hold half of a surrogate pair, which UTF-8 cannot carry.
    return HttpResponse(text.encode(errors="replace"), content_type=kind)


def downloaded(
    shown: ShownRun | ShownComparison, form: str
) -> StreamingHttpResponse | HttpResponse:
    """Return a run or a comparison as a file: html with everything inside, or zip."""
    if refusal := refusal_of_size(_characters(shown)):
        return refusal
    kind = "application/zip" if form == "zip" else f"{TYPES['html']}; charset=utf-8"
    pieces = as_zip(shown) if form == "zip" else as_html(shown)
    response = StreamingHttpResponse(pieces, content_type=kind)
    name = content_disposition_header(as_attachment=True, filename=file_name(shown, form))
    response["Content-Disposition"] = name
    # Opened on this site after all, it would still be a foreign page.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
