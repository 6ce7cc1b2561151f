"""Signing out, and the two links that an administrator hands out. Signing in: steps.py."""

import logging

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from playground.accounts import members
from playground.accounts.forms import InvitedForm, NewPasswordForm
from playground.accounts.visitor import visitor_of
from playground.web.responses import see_other

logger = logging.getLogger(__name__)
form_page = require_http_methods(["GET", "HEAD", "POST"])


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


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


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
            perform_password_login(request, {}, Login(account))
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
