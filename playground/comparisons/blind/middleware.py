"""What is answered where an address would say which model gave which answer of a blind comparison.

Views raise SealedError, most of them without knowing: `find_run` and `find_comparison` do it for
every view that does not say that it can keep the secret.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin

from playground.comparisons.blind.voting import SealedError
from playground.exports.responses import wanted_form

if TYPE_CHECKING:
    from django.http import HttpRequest

    from playground.runs.models.comparison import Comparison

FILES = (".json", ".md", ".csv")
WORDS = (
    "This is part of a blind comparison. Names, times and costs are hidden until you reveal them."
)


class SealingMiddleware(MiddlewareMixin):
    """Answers 409 with the way to the reveal, in the form that was asked for."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, SealedError):
            return None
        return _refusal(request, error.comparison)


def _refusal(request: HttpRequest, comparison: Comparison) -> HttpResponse:
    address, path = comparison.get_absolute_url(), request.path
    form = path.rpartition(".")[2] if path.endswith(FILES) else wanted_form(request)
    if form == "json":
        return JsonResponse({"error": WORDS, "comparison": address}, status=409)
    if form != "html":
        kind = "text/plain; charset=utf-8"
        return HttpResponse(f"{WORDS} Reveal: {address}\n", status=409, content_type=kind)
    page = (
        "results/blind/_sealed.html" if path.endswith("/status/") else "results/blind/sealed.html"
    )
    context = {"comparison": comparison, "words": WORDS}
    return render(request, page, context, status=409)
