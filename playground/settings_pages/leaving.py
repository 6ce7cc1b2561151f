"""Taking one's own data along, and erasing an account: one's own, or that of somebody shut out."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from playground.accounts.audit.log import Kind, record
from playground.accounts.forms import PasswordField, checked_password, give_status
from playground.accounts.models import Account
from playground.accounts.sessions import confirmed_elsewhere
from playground.accounts.views import signed_out
from playground.api.models import ApiToken
from playground.composer.presets.models import Preset
from playground.experiments.models.test_set import TestSet
from playground.exports.responses import everything
from playground.history import erasure
from playground.runs.models.run import Run
from playground.settings_pages import own_data
from playground.settings_pages.page import account_of, for_keepers, settings_page
from playground.web.formatting import counted
from playground.web.responses import see_other

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse, QueryDict

LAST = (
    "You are the only administrator. Invite another one in People, wait until they have signed "
    "in, then erase your account."
)
LAST_KEEPER = (
    "You are the only keeper of {}. Make another member keeper there first, or end the project."
)
MAX_CONCURRENT_DOWNLOADS = 2  # threads of the web process that may write one
BUSY = "Other people are downloading their data. Nothing was sent. Try again in a minute."
_places = threading.BoundedSemaphore(MAX_CONCURRENT_DOWNLOADS)
form_page = require_http_methods(["GET", "HEAD", "POST"])


class ConfirmingForm(forms.Form):
    def __init__(self, data: QueryDict | None, account: Account) -> None:
        super().__init__(data)
        self.account = account


class PasswordForm(ConfirmingForm):
    password = PasswordField()

    def clean_password(self) -> str:
        return checked_password(self.account, self.cleaned_data["password"])


class NameForm(ConfirmingForm):
    """The name of the account, as it is written."""

    name = forms.CharField(max_length=150, error_messages={"required": "Type the name."})

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if name != self.account.username:
            raise forms.ValidationError(f"Type {self.account.username} to erase this account.")
        return name


class Held:
    """Pieces of a file, and the place that is free again once they were sent or nobody waits."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._release: Callable[[], None] | None = _places.release

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces

    def close(self) -> None:
        release, self._release = self._release, None
        if release:
            release()


@require_POST
def download(request: HttpRequest) -> StreamingHttpResponse | HttpResponse:
    """Everything of one's own. Noted in the audit log, which is why it is no GET."""
    account = account_of(request)
    if not _places.acquire(blocking=False):
        response = settings_page(request, status=503, data_problem=BUSY)
        response["Retry-After"] = "60"
        return response
    return _sent(request, account, Held(own_data.archive(account, everything(request))))


def _sent(request: HttpRequest, account: Account, pieces: Held) -> StreamingHttpResponse:
    try:
        record(Kind.DATA_TAKEN)
    except BaseException:
        pieces.close()
        raise
    response = StreamingHttpResponse(pieces, content_type="application/zip")
    name = content_disposition_header(
        as_attachment=True, filename=f"{own_data.name_of(account)}.zip"
    )
    response["Content-Disposition"] = name
    return response


@never_cache
@form_page
@sensitive_post_parameters("password")
def erase_own(request: HttpRequest) -> HttpResponse:
    """Confirmed by the password; where somebody else's service signs this one in, there, and by
    the name.
    """
    account = account_of(request)
    data = request.POST if request.method == "POST" else None
    known = account.has_usable_password()
    form = (PasswordForm if known else NameForm)(data, account)
    if not known and not confirmed_elsewhere(request):
        return _page(request, account, None, status=200 if data is None else 409)
    if data is None or not form.is_valid():
        return _page(request, account, form)
    return _erased(request, account, form)


def _erased(request: HttpRequest, account: Account, form: forms.Form) -> HttpResponse:
    try:
        erasure.erase(account)
    except erasure.LastAdministratorError:
        form.add_error(None, LAST)
    except erasure.LastKeeperError as refusal:
        names = ", ".join(refusal.projects)
        form.add_error(None, LAST_KEEPER.format(names))
    else:
        return signed_out(request)
    return _page(request, account, form, status=409)


@for_keepers
@never_cache
@form_page
def erase_other(request: HttpRequest, account_id: int) -> HttpResponse:
    """Somebody who was deactivated before: two steps, neither of them by mistake."""
    person = get_object_or_404(Account, pk=account_id, is_active=False, erased_at=None)
    form = NameForm(request.POST if request.method == "POST" else None, person)
    if request.method != "POST" or not form.is_valid():
        return _page(request, person, form)
    erasure.erase(person, hand_over=True)
    return see_other("people")


def _page(
    request: HttpRequest, person: Account, form: forms.Form | None, status: int = 0
) -> HttpResponse:
    """Without a form: whoever asks has to prove first who they are, where they sign in."""
    context: dict[str, Any] = {
        "account": account_of(request),
        "person": person,
        "form": form,
        "goes": _counted(person),
        "elsewhere": settings.OIDC,
        "erasing": True,
    }
    response = render(request, "settings_pages/erase.html", context, status=status or 200)
    return give_status(response, form) if form and form.is_bound and not status else response


def _counted(person: Account) -> list[str]:
    """Return what goes, as in `312 runs`; nothing of what it is about."""
    rows: dict[str, QuerySet[Any]] = {
        "run": Run.objects.filter(owner=person, project=None),
        "preset": Preset.objects.filter(owner=person, project=None),
        "test set": TestSet.objects.filter(owner=person, project=None, deleted_at=None),
        "API token": ApiToken.objects.live().filter(owner=person),
    }
    return [counted(found, word) for word, one in rows.items() if (found := one.count())]
