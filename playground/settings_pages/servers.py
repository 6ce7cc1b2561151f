"""Settings, servers: set up, change, remove, and use what was found on this machine.

For whoever keeps the site: an address typed here is one that the worker will connect to.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from playground.accounts.visitor import visitor_of
from playground.connections import servers
from playground.connections.models import FoundServer, SavedServer, StoredKey
from playground.connections.registry import headers_of
from playground.providers.base import ProviderError
from playground.providers.kinds import typed
from playground.settings_pages.forms import NAME, ServerForm
from playground.settings_pages.page import MAX_POLLS, for_keepers, rows_context, settings_page
from playground.web.responses import see_other
from playground.worker.queue.dispatch import dispatch_ask, dispatch_search


def _back() -> HttpResponse:
    return see_other(f"{reverse('settings')}#servers")


def _looking() -> HttpResponse:
    """The page that looks a few times for what a worker finds out."""
    return see_other(f"{reverse('settings')}?looking={MAX_POLLS}#servers")


def _asking(slug: str) -> HttpResponse:
    """Have a worker ask the server at once: whether it answers is what one wants to know."""
    dispatch_ask(slug)
    return _looking()


@for_keepers
@sensitive_variables()
@sensitive_post_parameters()
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    form = ServerForm(request.POST)
    if form.is_valid():
        given = form.values() | {"key": form.cleaned_data["key"]}
        given["headers"] = form.cleaned_data["headers"]
        given["kind"] = form.cleaned_data["kind"]
        row = servers.add(given.pop("name"), given.pop("url"), **given, by=_account(request))
        if row:
            return _asking(row.slug)
        form.add_error("name", NAME)
    return settings_page(request, status=422, server_form=form)


@for_keepers
@require_POST
def add_llm_service(request: HttpRequest) -> HttpResponse:
    """WaveSpeedAI's chat completions with the same key, by one press."""
    row = servers.add_llm_service(_account(request))
    return _asking(row.slug) if row else _back()


@for_keepers
@sensitive_variables()
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    row = get_object_or_404(SavedServer, slug=slug, kind__in=typed())
    if request.method != "POST":
        return _edit_page(request, row, ServerForm(row=row))
    form = ServerForm(request.POST, row)
    if not form.is_valid():
        return _edit_page(request, row, form, status=422)
    servers.change(row, **form.values(), by=_account(request))
    return _asking(slug)


def _edit_page(
    request: HttpRequest, row: SavedServer, form: ServerForm, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "server": row,
        "server_form": form,
        "account": _account(request),
        "has_key": StoredKey.objects.of(row.slug, None).exists(),
    }
    try:
        context["header_names"] = [name for name, _ in headers_of(row)]
    except ProviderError as error:
        context["problem"] = error.detail
    return render(request, "settings_pages/server.html", context, status=status)


@for_keepers
@require_POST
def remove(request: HttpRequest, slug: str) -> HttpResponse:
    row = SavedServer.objects.filter(slug=slug).first()
    if row:  # else removed in another tab
        servers.remove(row)
    return _back()


@for_keepers
@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Have a worker look around on this machine; the page looks for what it found."""
    dispatch_search()
    return _looking()


@for_keepers
@require_safe
def found(request: HttpRequest) -> HttpResponse:
    """What a worker has found out so far. The page asks a few times after a button."""
    return render(request, "settings_pages/_server_rows.html", rows_context(request))


@for_keepers
@require_POST
def use(request: HttpRequest, found_id: int) -> HttpResponse:
    row = FoundServer.objects.filter(pk=found_id).first()
    made = servers.use(row, _account(request)) if row in servers.offered_here() and row else None
    return _asking(made.slug) if made else _back()


def _account(request: HttpRequest) -> Any:
    return visitor_of(request).account
