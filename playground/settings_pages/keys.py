"""Settings, keys: set, replace, remove and try a key of the provider.

Whoever keeps the site has its key; everybody who signed in has one of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from playground.accounts.visitor import visitor_of
from playground.connections import keys
from playground.providers.endpoint import WAVESPEED
from playground.settings_pages import key_test
from playground.settings_pages.forms import KeyForm
from playground.settings_pages.page import settings_page
from playground.web.responses import see_other

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from playground.accounts.models import Account

BUSY = "Several keys are being tested. Wait a few seconds, then test again."


def _owner(request: HttpRequest, whose: str) -> Account | None:
    """Return whose key it is, None for the site's. 404 for a key that the visitor has not got."""
    visitor = visitor_of(request)
    if whose == "own" and visitor.account:
        return visitor.account
    if whose == "site" and visitor.keeps_site:
        return None
    raise Http404


@sensitive_variables()
@sensitive_post_parameters()
@require_POST
def keep(request: HttpRequest, whose: str) -> HttpResponse:
    owner = _owner(request, whose)
    form = KeyForm(request.POST, prefix=whose)
    if not form.is_valid():
        return settings_page(request, status=422, refused={whose: form})
    keys.keep(WAVESPEED, owner, form.cleaned_data["key"], by=visitor_of(request).account)
    return see_other(f"{reverse('settings')}?key={whose}#provider")


@require_POST
def remove(request: HttpRequest, whose: str) -> HttpResponse:
    keys.forget(WAVESPEED, _owner(request, whose))
    return see_other(f"{reverse('settings')}#provider")


@sensitive_variables()
@require_POST
def test(request: HttpRequest, whose: str) -> HttpResponse:
    """Ask the provider for the balance: the one view that waits for the network."""
    owner = _owner(request, whose)
    try:
        tested = key_test.try_key(owner)
    except key_test.BusyError:
        response = settings_page(request, status=429, tested={whose: key_test.Trial(BUSY)})
        response["Retry-After"] = "5"
        return response
    return settings_page(request, tested={whose: tested})
