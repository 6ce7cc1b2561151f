"""Lets programs in: by a token in the Authorization header, and by nothing else.

No cookie opens these addresses, so no page of another site can use a browser to call them; that
is why they need no CSRF token, and why a local playground asks for a token as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from playground.accounts.visibility import NotAllowedHereError
from playground.api import tokens
from playground.api.errors import KNOWN, Refused, error
from playground.comparisons.blind.voting import SealedError
from playground.spending.limits import LimitReached
from playground.spending.middleware import limited

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

NO_TOKEN = "Send `Authorization: Bearer vpg_…` with a token. Make one on the page /tokens/."  # noqa: S105
WRONG_TOKEN = "This token opens nothing here. It may be revoked. Make one on the page /tokens/."  # noqa: S105
SEALED = "This is part of a blind comparison. Reveal its names on its page first."


def let_in(request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer a program that has a token. Sets `request.visitor`."""
    sent = request.headers.get("Authorization", "")
    scheme, _, secret = sent.partition(" ")
    visitor = tokens.visitor_with(secret.strip()) if scheme.lower() == "bearer" else None
    if not visitor:
        return _who(WRONG_TOKEN if sent else NO_TOKEN)
    request.visitor = visitor  # type: ignore[attr-defined]
    return _answered(view)


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
