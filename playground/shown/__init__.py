"""What a representation may show. Pages of links, JSON, Markdown, CSV and downloads are made of it.

`shown_run` and `shown_comparison` turn rows into plain values in which hidden parts are not there
at all: a template or a writer that gets these values cannot leak what it never had.
"""

from playground.shown.choice import EVERYTHING, Addresses, OwnAddresses, Shown
from playground.shown.comparisons import ShownComparison, ShownVote, shown_comparison
from playground.shown.images import ShownImage
from playground.shown.runs import ShownRun, shown_run

__all__ = [
    "EVERYTHING",
    "Addresses",
    "OwnAddresses",
    "Shown",
    "ShownComparison",
    "ShownImage",
    "ShownRun",
    "ShownVote",
    "shown_comparison",
    "shown_run",
]
