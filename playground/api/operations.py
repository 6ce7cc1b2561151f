"""What can be done at an address: its name, what it takes and answers, and who does it.

The docstring of the function that does it is what the OpenAPI document says of it.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from playground.api.authentication import let_in
from playground.comparisons.access import find_comparison, find_run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern
    from msgspec import Struct

    from playground.runs.models.comparison import Comparison
    from playground.runs.models.run import Run

    View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Operation:
    """One method of one address.

    answers: the types of its JSON by status, several as a tuple, None without a body. takes, form
    and query: the fields of JSON, of multipart/form-data and of the address. refuses: the statuses
    that do not follow from these. example: of a body. is_open: to who has no token.
    """

    name: str
    view: View
    answers: Mapping[int, Any]
    takes: type[Struct] | None = None
    form: type[Struct] | None = None
    query: type[Struct] | None = None
    refuses: tuple[int, ...] = ()
    example: Mapping[str, Any] = field(default_factory=dict)
    is_open: bool = False

    @property
    def summary(self) -> str:
        return self._said[0]

    @property
    def description(self) -> str:
        return " ".join(self._said[2:])

    @property
    def _said(self) -> list[str]:
        return (inspect.getdoc(self.view) or "").split("\n")


def operation(name: str, **described: Any) -> Callable[[View], Operation]:
    """Make an operation of a function. described: the other fields of Operation."""
    return lambda view: Operation(name, view, **described)


EITHER: dict[str, Callable[..., Run | Comparison]] = {
    "run": find_run,
    "comparison": find_comparison,
}


def for_either(name: str, **described: Any) -> Callable[[View], dict[str, Operation]]:
    """Make an operation for runs and one for comparisons of a function that takes either.

    In the name and in what the function says of itself `{}` stands for the one or the other.
    """
    return lambda view: {
        kind: operation(name.replace("{}", kind.title()), **described)(_of(kind, view))
        for kind in EITHER
    }


def _of(kind: str, view: View) -> View:
    def found(request: HttpRequest, **places: Any) -> HttpResponse:
        item = EITHER[kind](request, places.pop(f"{kind}_id"))
        return view(request, item, **places)

    found.__doc__ = (inspect.getdoc(view) or "").replace("{}", kind)
    return found


def address(**operations: Operation) -> View:
    """Return the view of these operations, by their methods."""

    def view(request: HttpRequest, **places: Any) -> HttpResponse:
        chosen = operations["GET" if request.method == "HEAD" else str(request.method)]
        if chosen.is_open:
            return chosen.view(request, **places)
        return let_in(request, lambda: chosen.view(request, **places))

    methods = [*operations, "HEAD"] if "GET" in operations else [*operations]
    guarded = login_not_required(csrf_exempt(require_http_methods(methods)(view)))
    guarded.operations = operations  # type: ignore[attr-defined]
    return guarded


def operations_of(pattern: URLPattern) -> Mapping[str, Operation]:
    """Return the operations of an address, by their methods."""
    operations: Mapping[str, Operation] = pattern.callback.operations  # type: ignore[attr-defined]
    return operations
