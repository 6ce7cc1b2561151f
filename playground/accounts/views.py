"""Signing in and out, and the two links that an administrator hands out."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from playground.accounts import members
from playground.accounts.forms import InvitedForm, NewPasswordForm, SignInForm
from playground.accounts.models import Account
from playground.accounts.refusals import next_address
from playground.accounts.sign_in import TooManyAttempts, begin_session, sign_in
from playground.accounts.visitor import visitor_of
from playground.web.responses import see_other

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, QueryDict

logger = logging.getLogger(__name__)

WRONG = "The username or password is not right."
form_page = require_http_methods(["GET", "HEAD", "POST"])


@login_not_required
@form_page
@sensitive_post_parameters("password")
def enter(request: HttpRequest) -> HttpResponse:
    """The sign-in page. Leads back to where a stranger wanted to go, on this host only."""
    if not visitor_of(request).is_stranger:
        return see_other(next_address(request))
    form = SignInForm(_posted(request))
    if request.method != "POST":
        return _sign_in_page(request, form)
    if not form.is_valid():
        return _sign_in_page(request, form, status=422)
    given = form.cleaned_data
    try:
        found = sign_in(request, given["username"], given["password"], remember=given["remember"])
    except TooManyAttempts as closed:
        form.add_error("password", closed.words())
        response = _sign_in_page(request, form, status=429)
        response["Retry-After"] = str(closed.seconds())
        return response
    if found:
        return see_other(next_address(request))
    form.add_error("password", WRONG)
    return _sign_in_page(request, form, status=422)


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _sign_in_page(request: HttpRequest, form: SignInForm, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "focus_name": not form.is_bound,
        "next": next_address(request),
        "host": request.get_host(),
        "nobody_yet": not Account.objects.exists(),
    }
    return render(request, "accounts/sign_in.html", context, status=status)


@login_not_required
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out: the session ends on the server, and the browser forgets the pages."""
    account = visitor_of(request).account
    if account:
        logger.info("account %s signed out", account.pk)
    return signed_out(request)


def signed_out(request: HttpRequest) -> HttpResponse:
    """End the session; the browser forgets pages and drafts, those of other tabs too."""
    logout(request)
    response = see_other("sign-in")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@login_not_required
@form_page
@sensitive_post_parameters("new_password", "repeated_password")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What an invited person sees: choose a name and a password, and be in."""
    found = members.open_invitation(token)
    if not found:
        return _gone(request)
    if not visitor_of(request).is_stranger:
        return render(request, "accounts/signed_in_already.html", status=409)
    form = InvitedForm(_posted(request))
    status = 200 if request.method != "POST" else 422
    if request.method == "POST" and form.is_valid():
        try:
            account = members.accept(found, form.account, form.cleaned_data["new_password"])
        except members.LinkGoneError:
            return _gone(request)
        except IntegrityError:
            form.add_error("username", "This name or email was taken a moment ago.")
        else:
            begin_session(request, account)
            return see_other("home")
    return render(
        request, "accounts/invitation.html", {"form": form, "invitation": found}, status=status
    )


@login_not_required
@form_page
@sensitive_post_parameters("new_password", "repeated_password")
def reset_password(request: HttpRequest, account_id: int, token: str) -> HttpResponse:
    """A new password by a link; afterwards the person signs in with it."""
    account = members.account_to_reset(account_id, token)
    if not account:
        return _gone(request)
    form = NewPasswordForm(account, _posted(request))
    if request.method != "POST" or not form.is_valid():
        status = 200 if request.method != "POST" else 422
        return render(request, "accounts/reset_password.html", {"form": form}, status=status)
    try:
        members.set_password(account, form.cleaned_data["new_password"])
    except members.LinkGoneError:
        return _gone(request)
    return see_other("sign-in")


def _gone(request: HttpRequest) -> HttpResponse:
    """The same for a link that was used, was revoked, has expired or never was one."""
    return render(request, "accounts/link_gone.html", status=404)
