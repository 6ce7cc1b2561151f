"""Settings, Signing in: passkeys, codes from an app, recovery codes, and where one is signed in.

What changes a factor is allauth's, behind a password that was typed lately; the pages are ours.
"""

import json
import re
from typing import Any, cast

from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import (
    DownloadRecoveryCodesView,
    GenerateRecoveryCodesView,
    ViewRecoveryCodesView,
)
from allauth.mfa.totp.forms import DeactivateTOTPForm
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.internal.auth import begin_registration
from allauth.mfa.webauthn.views import AddWebAuthnView, EditWebAuthnView, RemoveWebAuthnView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from playground.accounts import elsewhere, sessions
from playground.accounts.steps import ACT, READ, answered
from playground.accounts.views import signed_out
from playground.settings_pages.page import account_of
from playground.web.responses import see_other

DRAWING = re.compile(r'viewBox="(?P<box>[\d ]+)".* d="(?P<path>[^"]+)"')  # of a QR code


class Page:
    """What the page shows around whatever is being set up."""

    request: HttpRequest
    template_name: str | None = "settings_pages/signing_in.html"
    success_url = reverse_lazy("mfa_index")

    def dispatch(self, request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
        """Whoever signs in elsewhere alone has the second factor there."""
        if request.method == "POST" and not account_of(request).has_usable_password():
            raise Http404
        return cast("HttpResponse", super().dispatch(request, *given, **named))  # type: ignore[misc]

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        account = account_of(self.request)
        factors = Authenticator.objects.filter(user=account).order_by("created_at")
        kinds = {one.type: one for one in factors}
        codes = kinds.get(Authenticator.Type.RECOVERY_CODES)
        return {
            **super().get_context_data(**given),  # type: ignore[misc]
            "account": account,
            "is_signing_in": True,
            "elsewhere": settings.OIDC,
            "connected": elsewhere.connected(account),
            "has_password": account.has_usable_password(),
            "passkeys": [one for one in factors if one.type == Authenticator.Type.WEBAUTHN],
            "app": kinds.get(Authenticator.Type.TOTP),
            "recovery_codes": codes,
            "left": sessions.codes_left(account) if codes else 0,
            "sessions": sessions.shown_sessions(self.request, account),
        }


class SigningIn(Page, TemplateView):
    pass


class SetUpApp(Page, ActivateTOTPView):
    """The key is drawn and written; the first right code turns it on. Pressed twice, it is on."""

    def dispatch(self, request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
        if Authenticator.objects.filter(
            user=account_of(request), type=Authenticator.Type.TOTP
        ).exists():
            return see_other("mfa_index")
        return super().dispatch(request, *given, **named)

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        context = super().get_context_data(**given)
        secret, drawing = context["form"].secret, DRAWING.search(context["totp_svg"])
        return {
            **context,
            "qr": drawing and drawing["path"],
            "qr_box": drawing and drawing["box"],
            "key": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        }


class AddPasskey(Page, AddWebAuthnView):
    """A key that asks who holds it: it proves both factors by itself."""

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        context = super().get_context_data(**given)
        options = begin_registration(account_of(self.request), passwordless=True)
        return {**context, "creation": json.dumps(options)}


class RecoveryCodes(Page, ViewRecoveryCodesView):
    def get_context_data(self, **given: Any) -> dict[str, Any]:
        """With those that were used, in their places: a list that somebody printed stays true."""
        context = super().get_context_data(**given)
        if not context["can_view_codes"]:
            return context
        made = context["recovery_codes"].wrap().generate_codes()
        unused = context["unused_codes"]
        return {**context, "codes": [(code, code not in unused) for code in made]}


class NewRecoveryCodes(Page, GenerateRecoveryCodesView):
    success_url = reverse_lazy("mfa_view_recovery_codes")


class CodesFile(DownloadRecoveryCodesView):
    template_name = "settings_pages/recovery_codes.txt"


class RemoveApp(Page, DeactivateTOTPView):
    pass


class RenamePasskey(Page, EditWebAuthnView):
    pass


class RemovePasskey(Page, RemoveWebAuthnView):
    form_class = DeactivateTOTPForm  # it asks whether a factor may go, of whatever kind

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "authenticator": self.get_object()}


@reauthentication_required(app="allauth.usersessions")
def _end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    sessions.end(account_of(request), session_id)
    return see_other("mfa_index")


@reauthentication_required(app="allauth.usersessions")
def _end_others(request: HttpRequest) -> HttpResponse:
    account = account_of(request)
    sessions.end_all(account)
    sessions.keep_this(request, account)
    return see_other("mfa_index")


@reauthentication_required(app="allauth.socialaccount")
def _disconnect(request: HttpRequest) -> HttpResponse:
    elsewhere.disconnect(account_of(request))
    return see_other("mfa_index")


@require_POST
def end_all(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere, here too."""
    sessions.end_all(account_of(request))
    return signed_out(request)


show = answered(SigningIn.as_view(), READ)
set_up_app = answered(SetUpApp.as_view())
remove_app = answered(RemoveApp.as_view(), ACT)
add_passkey = answered(AddPasskey.as_view())
rename_passkey = answered(RenamePasskey.as_view(), ACT)
remove_passkey = answered(RemovePasskey.as_view(), ACT)
recovery_codes = answered(RecoveryCodes.as_view(), READ)
codes_file = answered(CodesFile.as_view(), READ)
new_codes = answered(NewRecoveryCodes.as_view(), ACT)
end_session = answered(_end_session, ACT)
disconnect = answered(_disconnect, ACT)
end_others = answered(_end_others, ACT)
