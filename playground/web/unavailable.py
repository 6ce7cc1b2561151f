"""A database or storage that is busy or away is said on a page.

What a person sent with a plain form comes back in the answer, ready to be sent again.
"""

import logging
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin
from django.views.defaults import server_error

from playground.storage.failures import lasting
from playground.storage.media import StorageAwayError
from playground.web.fragments import with_words
from playground.web.resubmission import has_kept_form, kept_form

logger = logging.getLogger(__name__)
RETRY_AFTER = "2"  # seconds
NOTICE = (
    "Nothing was stored: {}. Trying again does not help before whoever runs this playground "
    "has mended it."
)


def fault(request: HttpRequest) -> HttpResponse:
    """Answer what no view could: also where a session could not be read. The handler of 500."""
    error = sys.exc_info()[1]
    if not isinstance(error, OperationalError | InterfaceError):
        return server_error(request)
    request.visitor = None  # type: ignore[attr-defined]  # who asks stands in the database as well
    return busy(request, error)


class BusyDatabaseMiddleware(MiddlewareMixin):
    """Answers 503 where a view could not get at database or storage; with Retry-After if it may
    soon.
    """

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if words := lasting(error):
            return unusable(request, error, words)
        if not isinstance(error, OperationalError | InterfaceError | StorageAwayError):
            return None
        return busy(request, error)


def busy(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.warning("database or storage did not answer %s", request.path, exc_info=error)
    if has_kept_form(request):
        response = kept_form(request, "errors/resubmit_busy.html", status=503)
    else:
        response = render(request, "errors/503.html", status=503)
    response["Retry-After"] = RETRY_AFTER
    return response


def unusable(request: HttpRequest, error: Exception, words: str) -> HttpResponse:
    """Say what is wrong, and not to try again before it is mended."""
    logger.error("%s cannot be answered: %s", request.path, words, exc_info=error)
    if has_kept_form(request):
        response = kept_form(request, "errors/unusable_form.html", status=503, words=words)
    else:
        response = render(request, "errors/unusable.html", {"words": words}, status=503)
    return with_words(response, NOTICE.format(words))
