"""Charts drawn by the server: geometry in attributes, colour from the classes of chart.css."""

from math import inf

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_MEDIAN = '<line class="median" x1="{0}%" x2="{0}%" y1="-1" y2="17"/>'


def timing_chart(
    queue_s: float,
    inference_s: float,
    median_s: float | None,
    scale_s: float,
    *,
    vendor: str = "",
) -> SafeString:
    """Draw how long a run waited and worked, on a bar of scale_s seconds that all rows share.

    vendor: a class of marks.css that gives the hue. What is longer than the scale ends at its end.
    """
    wait = _percent(queue_s, scale_s)
    work = max(0.0, _percent(queue_s + inference_s, scale_s) - wait)
    median = "" if median_s is None else format_html(_MEDIAN, f"{_percent(median_s, scale_s):.1f}")
    return format_html(
        '<svg class="{}" role="img" aria-label="{}">'
        '<rect class="ghost" x="0" y="7" width="100%" height="2"/>'
        '<rect class="wait" x="0" y="2" width="{}%" height="12" rx="2"/>'
        '<rect class="mark" x="{}%" y="2" width="{}%" height="12" rx="2"/>'
        "{}</svg>",
        f"chart {vendor}".strip(),
        _in_words(queue_s, inference_s, median_s),
        f"{wait:.1f}",
        f"{wait:.1f}",
        f"{work:.1f}",
        median,
    )


def win_chart(share: float, interval: tuple[float, float], *, vendor: str = "") -> SafeString:
    """Draw a share of wins with its interval, both from 0 to 1. The numbers stand beside it."""
    low, high = interval
    return format_html(
        '<svg class="{}" aria-hidden="true"><line class="grid" x1="0" x2="100%" y1="10" y2="10"/>'
        '<line class="axis" x1="50%" x2="50%" y1="3" y2="17"/>'
        '<line class="range" stroke-width="3" x1="{}%" x2="{}%" y1="10" y2="10"/>'
        '<circle class="mark" cx="{}%" cy="10" r="4.5"/></svg>',
        f"chart {vendor}".strip(),
        f"{100 * low:.1f}",
        f"{100 * high:.1f}",
        f"{100 * share:.1f}",
    )


def range_chart(low: float, median: float, high: float, scale_s: float) -> SafeString:
    """Draw where 8 in 10 times lie, and the middle one, on scale_s seconds that all rows share."""
    return format_html(
        '<svg class="chart" aria-hidden="true">'
        '<line class="grid" x1="0" x2="100%" y1="10" y2="10"/>'
        '<line class="range" stroke-width="3" x1="{}%" x2="{}%" y1="10" y2="10"/>'
        '<circle class="mark" cx="{}%" cy="10" r="4.5"/></svg>',
        *(f"{_percent(seconds, scale_s):.1f}" for seconds in (low, high, median)),
    )


def outcome_chart(outcomes: str, most: int) -> SafeString:
    """Draw a tick for each outcome, the oldest first and the newest at the end; `c`: completed."""
    place = 100 / most
    ticks = format_html_join(
        "",
        '<rect class="{}" x="{}%" y="{}" width="2" height="{}" rx="1"/>',
        (
            (
                "tick" if end == "c" else "bad",
                f"{at * place:.1f}",
                *((5, 10) if end == "c" else (1, 18)),
            )
            for at, end in enumerate(outcomes, start=most - len(outcomes))
        ),
    )
    return format_html('<svg class="chart chart-small" aria-hidden="true">{}</svg>', ticks)


def _percent(seconds: float, scale_s: float) -> float:
    """Return the share of the scale, from 0 to 100. Clocks differ, so a time may be negative."""
    if not 0 < scale_s < inf or not seconds > 0:
        return 0.0
    return 100 * min(seconds, scale_s) / scale_s


def _in_words(queue_s: float, inference_s: float, median_s: float | None) -> str:
    parts = [f"Queue {max(queue_s, 0):.1f} s", f"inference {max(inference_s, 0):.1f} s"]
    parts += [f"the model’s median {median_s:.1f} s"] if median_s is not None else []
    return ", ".join(parts)
