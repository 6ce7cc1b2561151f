"""The Models screen: what each model did here lately, and which ones somebody starred."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from playground import model_map
from playground.catalog import VENDORS
from playground.model_order import VALUES, Order, findings
from playground.services import model_table, stars
from playground.services.counting import DAYS
from playground.services.price_table import price_table
from playground.statistics import MIN_VOTES
from playground.views.fields import line
from playground.views.redirects import see_other
from playground.visitors import visitor_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from playground.services.model_table import Row

# On narrow screens the table has no head: what it can be sorted by.
SORTS = {
    "latency": "latency",
    "success": "success",
    "wins": "win rate",
    "runs": "runs",
    "price": "price",
}


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    rows = model_table.rows(visitor_of(request))
    order = Order.of(request.GET.get("sort", ""))
    drawn = model_map.layout(rows)
    vendors = {row.model.vendor for row in rows if row.rate.share is not None}
    context = {
        "rows": order.sorted(rows),
        "order": order,
        "sorts": [(order.link(name), word, name == order.column) for name, word in SORTS.items()],
        "heads": {name: (order.link(name), order.aria(name)) for name in VALUES},
        "scale": max((row.latency.high for row in rows if row.latency), default=1),
        "map": drawn,
        "map_words": _in_words(rows) if drawn else "",
        "legend": [(slug, name) for slug, name in VENDORS.items() if slug in vendors],
        "findings": findings(rows),
        "any_runs": any(row.sums.runs for row in rows),
        "priced_at": price_table().as_of,
        "days": DAYS,
        "min_votes": MIN_VOTES,
    }
    return render(request, "models.html", context)


def _in_words(rows: list[Row]) -> str:
    """What the map shows, for who cannot see it."""
    named = [
        f"{row.model.name}: {row.latency.median:.1f} seconds, wins {row.rate.share:.0%}"
        for row in rows
        if row.latency and row.rate.share is not None
    ]
    return f"Scatter chart. {'; '.join(named)}. The table below has every value."


@require_POST
def star(request: HttpRequest) -> HttpResponse:
    """Set the star to what the button says, so that pressing it twice does no harm."""
    model_id, starred = line(request, "model", 200), request.POST.get("starred") == "1"
    order = Order.of(request.POST.get("sort", ""))
    kept = stars.set_star(visitor_of(request), model_id, starred=starred)
    if request.headers.get("HX-Request") == "true":
        context = {"model_id": model_id, "starred": kept, "order": order}
        return render(request, "_model_star.html", context)
    return see_other(f"{reverse('models')}?sort={order.text}")
