"""What a representation may show. Pages of links, JSON, Markdown, CSV and downloads are made of it.

`shown_run` and `shown_comparison` turn rows into plain values in which hidden parts are not there
at all: a template or a writer that gets these values cannot leak what it never had.
"""

from playground.exports.redaction.comparisons import (
    Judgement,
    ShownComparison,
    ShownVerdict,
    ShownVote,
    runs_of,
    shown_comparison,
)
from playground.exports.redaction.images import ShownImage
from playground.exports.redaction.runs import ShownRun, shown_run
from playground.exports.redaction.scope import EVERYTHING, Addresses, OwnAddresses, Shown

__all__ = [
    "EVERYTHING",
    "Addresses",
    "Judgement",
    "OwnAddresses",
    "Shown",
    "ShownComparison",
    "ShownImage",
    "ShownRun",
    "ShownVerdict",
    "ShownVote",
    "runs_of",
    "shown_comparison",
    "shown_run",
]
