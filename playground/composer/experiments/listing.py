"""The list of experiments, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.db.models import Count
from django.shortcuts import render
from django.views.decorators.http import require_safe

from playground.accounts.visitor import visitor_of
from playground.experiments.models.experiment import Experiment
from playground.runs.models.comparison import Comparison

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

PAGE_SIZE = 50


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    visible = Comparison.objects.visible_to(visitor_of(request))
    found = Experiment.objects.filter(comparison__in=visible).order_by("-comparison__created_at")
    rows = found.select_related("comparison", "version__test_set").annotate(
        variant_count=Count("variants")
    )
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "composer/experiments/list.html", {"page": page})
