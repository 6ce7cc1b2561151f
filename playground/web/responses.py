"""Where a browser goes after a form was taken."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect


def see_other(to: Any) -> HttpResponse:
    """303: read the other address, whatever the method was here."""
    response = redirect(to)
    response.status_code = 303
    return response
