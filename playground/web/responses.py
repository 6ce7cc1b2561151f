"""What goes out: where a browser goes after a form was taken, and headers alone for HEAD."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect


def see_other(to: Any) -> HttpResponse:
    """303: read the other address, whatever the method was here."""
    response = redirect(to)
    response.status_code = 303
    return response


def headers_alone(application: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a WSGI application so that HEAD has no body.

    gunicorn reads one to its end, which is long for an export, and warns of it in the log.
    """

    def answered(environ: dict[str, Any], start_response: Any) -> Any:
        response = application(environ, start_response)
        if environ["REQUEST_METHOD"] != "HEAD":
            return response
        if hasattr(response, "close"):
            response.close()
        return []

    return answered
