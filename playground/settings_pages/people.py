"""Settings, People: who may sign in. For administrators; nobody else is told that it exists."""

import uuid
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from playground.accounts import members
from playground.accounts.forms import InvitationForm
from playground.accounts.models import Account, Invitation, SignInPolicy
from playground.settings_pages.page import account_of, for_keepers
from playground.web.responses import see_other

MAX_INVITATIONS_SHOWN = 100
FACTORS = Authenticator.objects.filter(user=OuterRef("pk"))


@for_keepers
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _page(request: HttpRequest, status: int = 200, **extra: Any) -> HttpResponse:
    waiting = Invitation.objects.open().select_related("created_by")[:MAX_INVITATIONS_SHOWN]
    context = {
        "account": account_of(request),
        "people": Account.objects.filter(erased_at=None)
        .annotate(has_factor=Exists(FACTORS))
        .order_by("-is_active", "username"),
        "invitations": [(one, members.invitation_link(request, one)) for one in waiting],
        "now": timezone.now(),
        "is_factor_asked_for": SignInPolicy.objects.filter(second_factor=True).exists(),
        "form": InvitationForm(),
    }
    return render(request, "settings_pages/people.html", context | extra, status=status)


@for_keepers
@require_POST
def invite(request: HttpRequest) -> HttpResponse:
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422, form=form)
    given = form.cleaned_data
    members.invite(account_of(request), note=given["note"], as_administrator=given["administrator"])
    return see_other("people")


@for_keepers
@require_POST
def revoke(request: HttpRequest, invitation_id: uuid.UUID) -> HttpResponse:
    members.revoke_invitation(get_object_or_404(Invitation, pk=invitation_id))
    return see_other("people")


@for_keepers
@require_POST
def set_active(request: HttpRequest, account_id: int, *, active: bool) -> HttpResponse:
    person = get_object_or_404(Account, pk=account_id, erased_at=None)
    try:
        members.set_active(person.pk, account_of(request), active=active)
    except members.NotAllowedError:
        raise Http404 from None
    return see_other("people")


@for_keepers
@require_POST
def reset_link(request: HttpRequest, account_id: int) -> HttpResponse:
    """Show a link to a new password, once: it is not kept anywhere."""
    person = get_object_or_404(Account, pk=account_id, is_active=True)
    return _page(request, link_for=person, link=members.reset_link(request, person))


@for_keepers
@require_POST
def ask_for_factor(request: HttpRequest) -> HttpResponse:
    members.ask_for_factor(asked=request.POST.get("asked") == "1")
    return see_other("people")


@for_keepers
@require_POST
def forget_factors(request: HttpRequest, account_id: int) -> HttpResponse:
    """For who lost app and recovery codes: the password alone lets in again."""
    members.forget_factors(get_object_or_404(Account, pk=account_id))
    return see_other("people")
