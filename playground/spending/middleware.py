"""Limits, and what a model does not take, are answered in a sentence."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin

from playground.catalog.capabilities import UnfitError
from playground.spending.limits import LimitReached
from playground.web.fragments import with_words


class LimitMiddleware(MiddlewareMixin):
    """Answers 429 with Retry-After where an action would start more than may be started, and 422
    where it would ask a model what that does not take.
    """

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, UnfitError):
            return _refused(request, "errors/unsupported_options.html", str(error), 422)
        if isinstance(error, LimitReached):
            return limited(
                _refused(request, "errors/limit_reached.html", error.words(), 429), error
            )
        return None


def _refused(request: HttpRequest, template: str, words: str, status: int) -> HttpResponse:
    return with_words(render(request, template, {"words": words}, status=status), words)


def limited(response: HttpResponse, error: LimitReached) -> HttpResponse:
    """Say when to come back, and to those who count refusals which limit it was."""
    if error.seconds:
        response["Retry-After"] = str(error.seconds)
    response.limit = error.limit.name.lower()  # type: ignore[attr-defined]
    return response
