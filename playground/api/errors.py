"""The one shape of every refusal below /api/: `Error` of replies.py."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from django.http import JsonResponse
from django.utils.cache import patch_vary_headers

from playground.web.formatting import MAX_SENTENCES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django.http import HttpRequest, HttpResponse

    from playground.api.replies import Error

ROOT = "/api/"
MAX_NAME_LENGTH, MAX_WORDS_LENGTH = 100, 500  # characters of what a refusal repeats
KEPT_HEADERS = ("Retry-After", "Allow", "WWW-Authenticate")
# What is said where whoever refused did not know that a program asks.
KNOWN = {
    400: ("bad_request", "The request cannot be read. Check its body and its Content-Length."),
    403: ("forbidden", "This playground serves its own machine only. Connect from there."),
    404: ("not_found", "There is nothing at this address, or it is not yours."),
    405: ("method_not_allowed", "This address does not take this method. See Allow."),
    411: ("length_required", "The body has no Content-Length. Send it in one piece."),
    413: ("too_large", "The body is too large. Send fewer or smaller images."),
    429: ("limit", "Too much was asked. Wait, then send it again."),
    500: ("fault", "Something broke here. Look whether it was done before you repeat it."),
    503: ("busy", "The database or the storage did not answer. Send the same request again."),
}
OTHER = ("refused", "The request was refused.")


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """What a view answers instead. fields: what is wrong, by the name of the field."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        fields: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.fields = fields or {}

    def response(self) -> HttpResponse:
        return error(self.status, self.code, self.message, self.fields)


def error(
    status: int, code: str, message: str, fields: Mapping[str, Sequence[str]] | None = None
) -> HttpResponse:
    """The first fields that are wrong and what is first said of each, and how much was left out."""
    wrong = fields or {}
    named = {
        # and how many sentences more there are
        _readable(name): [one[:MAX_WORDS_LENGTH] for one in words[: MAX_SENTENCES + 2]]
        for name, words in islice(wrong.items(), MAX_SENTENCES)
    }
    more = len(wrong) - MAX_SENTENCES
    message += f" {more:,} more are wrong." if more > 0 else ""
    body: Error = {"error": {"code": code, "message": message, "fields": named}}
    return as_json(body, status)


def as_json(body: object, status: int = 200) -> HttpResponse:
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


def _readable(name: str) -> str:
    """Return the beginning of a name, half surrogate pairs replaced: no UTF-8 has them."""
    return name[:MAX_NAME_LENGTH].encode(errors="replace").decode()


class ApiErrorMiddleware:
    """Turns the pages with which anything refuses a program into that shape.

    A program asks below /api/, or reads a page's address with an Accept that wants JSON first.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_json = response.headers.get("Content-Type") == "application/json"
        if response.status_code < 400 or is_json:
            return response
        if request.path.startswith(ROOT):
            return _instead_of(response)
        if request.method not in {"GET", "HEAD"}:
            return response
        wanted = request.get_preferred_type(["text/html", "application/json"])
        answer = _instead_of(response) if wanted == "application/json" else response
        patch_vary_headers(answer, ["Accept"])
        return answer


def _instead_of(page: HttpResponse) -> HttpResponse:
    code, message = KNOWN.get(page.status_code, OTHER)
    said = getattr(page, "problem", message)  # of a storage that no further try will mend
    response = error(page.status_code, code, said if page.status_code == 503 else message)
    for name in KEPT_HEADERS:
        if name in page.headers:
            response[name] = page[name]
    return response
