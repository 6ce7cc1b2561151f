"""A signed-in person's own new password, in Settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from playground.accounts import members, sessions
from playground.accounts.forms import ChangePasswordForm, give_status
from playground.settings_pages.page import account_of, settings_page
from playground.web.responses import see_other

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from playground.accounts.models import Account


@require_POST
@sensitive_post_parameters()
def change_password(request: HttpRequest) -> HttpResponse:
    """A new password ends every session but this one."""
    account = account_of(request)
    form = ChangePasswordForm(account, request.POST)
    if not form.is_valid():
        return give_status(settings_page(request, form=form), form)
    return _changed(request, account, form.cleaned_data["new_password"])


def _changed(request: HttpRequest, account: Account, password: str) -> HttpResponse:
    try:
        members.set_password(account, password)
    except members.LinkGoneError:  # changed in another tab a moment ago
        return see_other("sign-in")
    sessions.keep_this(request, account)
    return see_other(reverse("settings") + "?password=changed#password")
