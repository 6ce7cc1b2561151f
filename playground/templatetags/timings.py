"""Times as bars: of one run among others, and of what is usual for its model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils import timezone

from playground.web.charts import timing_chart

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.safestring import SafeString

    from playground.catalog.latency import Usual
    from playground.comparisons.timings import Timing

register = template.Library()


@register.simple_tag
def timing_bar(timing: Timing) -> SafeString:
    work, vendor = timing.total - timing.waited, timing.model.vendor
    return timing_chart(timing.waited, work, timing.median, timing.scale, vendor=vendor)


@register.filter
def percent_of(value: float, usual: Usual) -> str:
    """Where a time lies on the estimate bar."""
    return f"{min(value / usual.scale, 1) * 100:.1f}%"


@register.filter
def span_of(usual: Usual) -> str:
    """How wide the band from the 10th to the 90th percentile is on the estimate bar."""
    return f"{(usual.high - usual.low) / usual.scale * 100:.1f}%"


@register.filter
def seconds_until(moment: datetime) -> str:
    """How long until then, in whole seconds, one at least."""
    return f"{max(round((moment - timezone.now()).total_seconds()), 1)} s"
