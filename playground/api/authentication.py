"""Lets programs in: by a token in the Authorization header, and by nothing else.

No cookie opens these addresses, so no page of another site can use a browser to call them; that
is why they need no CSRF token, and why a local playground asks for a token as well.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from playground.accounts.visibility import NotAllowedHereError
from playground.api import tokens
from playground.api.errors import KNOWN, Refused, error
from playground.comparisons.blind.voting import SealedError
from playground.spending.limits import LimitReached
from playground.spending.middleware import limited

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    View = Callable[..., HttpResponse]

NO_TOKEN = "Send `Authorization: Bearer vpg_…` with a token. Make one on the page /tokens/."  # noqa: S105
WRONG_TOKEN = "This token opens nothing here. It may be revoked. Make one on the page /tokens/."  # noqa: S105
SEALED = "This is part of a blind comparison. Reveal its names on its page first."


def for_programs(*methods: str) -> Callable[[View], View]:
    """Make a view of these methods an address of the API. Sets `request.visitor`."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            sent = request.headers.get("Authorization", "")
            scheme, _, secret = sent.partition(" ")
            visitor = tokens.visitor_with(secret.strip()) if scheme.lower() == "bearer" else None
            if not visitor:
                return _who(WRONG_TOKEN if sent else NO_TOKEN)
            request.visitor = visitor  # type: ignore[attr-defined]
            return _answered(lambda: view(request, *args, **kwargs))

        methods_of = [*methods, "HEAD"] if "GET" in methods else list(methods)
        return login_not_required(csrf_exempt(require_http_methods(methods_of)(guarded)))

    return decorate


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
