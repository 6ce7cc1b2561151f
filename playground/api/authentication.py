"""Lets programs in: by a token in the Authorization header, and by nothing else.

No cookie opens these addresses, so no page of another site can use a browser to call them; that
is why they need no CSRF token, and why a local playground asks for a token as well.
"""

from collections.abc import Callable
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format

from playground.accounts.visibility import NotAllowedHereError
from playground.api import tokens
from playground.api.errors import KNOWN, Refused, error
from playground.api.models import Scope
from playground.comparisons.blind.voting import SealedError
from playground.spending.limits import LimitReached
from playground.spending.middleware import limited

MAKE_ONE = "Make one on the page /tokens/."
NO_TOKEN = f"Send `Authorization: Bearer vpg_…` with a token. {MAKE_ONE}"
WRONG_TOKEN = f"This token opens nothing here. It may be revoked. {MAKE_ONE}"
READING = ("GET", "HEAD")
READS_ALONE = f"This token may read alone. For this one that runs is needed. {MAKE_ONE}"
SEALED = "This is part of a blind comparison. Reveal its names on its page first."


def let_in(request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer a program that has a token which may do this. Sets `request.visitor`."""
    sent = request.headers.get("Authorization", "")
    scheme, _, secret = sent.partition(" ")
    token = tokens.find(secret.strip()) if scheme.lower() == "bearer" else None
    if token and token.has_ended:
        return _who(f"This token ended on {_day(token.expires_at)}. {MAKE_ONE}")
    visitor = token and tokens.visitor_of(token)
    if not token or not visitor:
        return _who(WRONG_TOKEN if sent else NO_TOKEN)
    if token.scope == Scope.READ and request.method not in READING:
        return error(403, "scope", READS_ALONE)
    request.visitor = visitor  # type: ignore[attr-defined]
    return _answered(view)


def _day(moment: datetime | None) -> str:
    return date_format(timezone.localtime(moment), "j F Y")


def _who(message: str) -> HttpResponse:
    response = error(401, "unauthorised", message)
    response["WWW-Authenticate"] = "Bearer"
    return response


def _answered(view: Callable[[], HttpResponse]) -> HttpResponse:
    try:
        return view()
    except Refused as refused:
        return refused.response()
    except Http404:
        return error(404, *KNOWN[404])
    except NotAllowedHereError as refusal:
        return error(403, "not_yours", str(refusal))
    except SealedError:
        return error(409, "sealed", SEALED)
    except LimitReached as reached:
        return limited(error(429, "limit", reached.words()), reached)
