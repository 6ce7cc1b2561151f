"""The Compare screen: the runs of one form beside each other, with one poll for all of them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from playground.models import Comparison
from playground.views.results import comparison_context

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest


@require_safe
def show(request: HttpRequest, comparison_id: uuid.UUID) -> HttpResponse:
    context = comparison_context(get_object_or_404(Comparison, pk=comparison_id))
    if not context["cells"]:
        raise Http404
    first = context["cells"][0]
    context |= {"first": first, "entries": first.images.select_related("image")}
    return render(request, "compare.html", context)


@require_safe
def status(request: HttpRequest, comparison_id: uuid.UUID) -> HttpResponse:
    """The meter and the cards that changed after `?since=`."""
    comparison = Comparison.objects.filter(pk=comparison_id).first()
    if not comparison:
        return render(request, "_gone.html", status=404)
    since = _moment(request.GET.get("since", ""))
    context = comparison_context(comparison, since) | {"polled": True}
    return render(request, "_comparison_polled.html", context)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if timezone.is_aware(moment) else None
