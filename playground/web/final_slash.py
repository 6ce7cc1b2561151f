"""Leads from an address without its final slash to the one with it."""

from django.http import HttpResponsePermanentRedirect
from django.middleware.common import CommonMiddleware


class SameMethodRedirect(HttpResponsePermanentRedirect):
    """Leads on with the same method and body: after 301 clients ask anew with GET."""

    status_code = 308


class FinalSlashMiddleware(CommonMiddleware):
    """Leads from an address without its final slash to the one with it."""

    response_redirect_class = SameMethodRedirect
