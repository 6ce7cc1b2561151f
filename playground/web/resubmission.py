"""A plain form that could not be taken comes back whole, ready to be sent again."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from playground.web.fragments import is_fragment
from playground.web.params import PREFIX as VARIABLE

LEFT_OUT = {"csrfmiddlewaretoken", "cookie_asked_for"}
SECRET = re.compile(r"password|(?:key|headers)$")


def has_kept_form(request: HttpRequest) -> bool:
    """With htmx the page stays as it is, form and all. A password or a key is never written into a
    page."""
    if is_fragment(request) or not request.POST:
        return False
    return not any(map(_is_secret, request.POST))


def _is_secret(name: str) -> bool:
    """Passwords, keys and headers of servers; not the variable of a prompt that is called so."""
    return bool(SECRET.search(name)) and not name.startswith(VARIABLE)


def kept_form(request: HttpRequest, template: str, status: int, **more: str) -> HttpResponse:
    """Every field with its token, so that sending it again cannot run it twice.

    Files cannot be kept: what noted their pictures is away, or knows nobody.
    """
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in LEFT_OUT
    ]
    files = [file.name for file in request.FILES.getlist("images") if file.name]
    return render(request, template, {"fields": fields, "files": files, **more}, status=status)
