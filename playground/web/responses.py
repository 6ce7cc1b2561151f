"""Where a browser goes after a form was taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect

if TYPE_CHECKING:
    from django.http import HttpResponse


def see_other(to: Any) -> HttpResponse:
    """303: read the other address, whatever the method was here."""
    response = redirect(to)
    response.status_code = 303
    return response
