"""The Models screen: what each model did here lately, and which ones somebody starred."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from playground.accounts.visitor import visitor_of
from playground.catalog import favourites
from playground.catalog.daily_stats import KEPT_DAYS
from playground.catalog.entries import VENDORS
from playground.comparisons.blind.win_rates import MIN_VOTES
from playground.leaderboard import scatter_chart, table
from playground.leaderboard.sorting import VALUES, Order, findings
from playground.spending.price_table import price_table
from playground.web.fragments import is_fragment
from playground.web.params import line
from playground.web.responses import see_other

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from playground.leaderboard.table import Row

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
    rows = table.rows(visitor_of(request))
    order = Order.of(request.GET.get("sort", ""))
    drawn = scatter_chart.layout(rows)
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
        "days": KEPT_DAYS,
        "min_votes": MIN_VOTES,
    }
    return render(request, "leaderboard/page.html", context)


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
    kept = favourites.set_star(visitor_of(request), model_id, starred=starred)
    if is_fragment(request):
        context = {"model_id": model_id, "starred": kept, "order": order}
        return render(request, "leaderboard/_star.html", context)
    return see_other(f"{reverse('models')}?sort={order.text}")
