"""The Settings screen of a signed-in person: password and sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib.auth import logout, update_session_auth_hash
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from playground.account_forms import ChangePasswordForm
from playground.services import accounts
from playground.services.sign_in import TooManyAttempts, confirm_password
from playground.views.redirects import see_other
from playground.visitors import visitor_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from playground.models import Account


WRONG = "The password is not right. Enter the one you sign in with."


def account_of(request: HttpRequest) -> Account:
    """Return who is signed in: behind the wall somebody is."""
    return cast("Account", visitor_of(request).account)


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    return _page(request, ChangePasswordForm(account_of(request)))


def _page(request: HttpRequest, form: ChangePasswordForm, status: int = 200) -> HttpResponse:
    changed = request.GET.get("password") == "changed"
    context = {"form": form, "account": account_of(request), "changed": changed}
    return render(request, "settings.html", context, status=status)


@require_POST
@sensitive_post_parameters()
def change_password(request: HttpRequest) -> HttpResponse:
    """A new password ends every session but this one."""
    account = account_of(request)
    form = ChangePasswordForm(account, request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        right = confirm_password(request, account, form.cleaned_data["current_password"])
    except TooManyAttempts as closed:
        form.add_error("current_password", closed.words())
        response = _page(request, form, status=429)
        response["Retry-After"] = str(closed.seconds())
        return response
    if not right:
        form.add_error("current_password", WRONG)
        return _page(request, form, status=422)
    return _changed(request, account, form.cleaned_data["new_password"])


def _changed(request: HttpRequest, account: Account, password: str) -> HttpResponse:
    try:
        accounts.set_password(account, password)
    except accounts.LinkGoneError:  # changed in another tab a moment ago
        return see_other("sign-in")
    update_session_auth_hash(request, account)
    return see_other(reverse("settings") + "?password=changed")


@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere, here too."""
    accounts.end_sessions(account_of(request))
    logout(request)
    return see_other("sign-in")
