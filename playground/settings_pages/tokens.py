"""The page of tokens: which programs may use the API as this visitor."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from playground.accounts.visitor import visitor_of
from playground.api import tokens
from playground.api.models import ApiToken, Scope
from playground.exports.responses import origin_of
from playground.settings_pages.forms import TokenForm
from playground.web.responses import see_other

TAKEN = "A token of this name is there already. Choose another name, or revoke it first."
TOO_MANY = f"There are {tokens.MAX_TOKENS} tokens. Revoke one of them first."


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """The list; POST makes a token and shows it, this once."""
    if request.method != "POST":
        return _page(request, TokenForm())
    form = TokenForm(request.POST)
    if form.is_valid():
        try:
            given = form.cleaned_data
            scope = given["scope"] or Scope.RUN
            made = tokens.make(given["name"], visitor_of(request).account, scope, given["days"])
        except tokens.NameTakenError:
            form.add_error("name", TAKEN)
        except tokens.TooManyTokensError:
            form.add_error("name", TOO_MANY)
        else:
            return _page(request, TokenForm(), made=made)
    return _page(request, form, status=422)


def _page(
    request: HttpRequest, form: TokenForm, *, status: int = 200, **extra: Any
) -> HttpResponse:
    visitor = visitor_of(request)
    context = {
        "account": visitor.account,
        "tokens": ApiToken.objects.live().visible_to(visitor).select_related("owner"),
        "form": form,
        "origin": origin_of(request),
    }
    return render(request, "settings_pages/tokens.html", context | extra, status=status)


@require_POST
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """From now on the token opens nothing. Pressing twice is pressing once."""
    tokens.revoke(get_object_or_404(ApiToken.objects.visible_to(visitor_of(request)), pk=token_id))
    return see_other("tokens")
