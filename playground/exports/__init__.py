"""Runs and comparisons for programs, notes and spreadsheets: JSON, Markdown and CSV.

Made of what `playground.exports.redaction` lets through. What the JSON says is in published.py.
"""

from playground.exports.as_csv import Manner, comparison_as_csv, manner_of, runs_as_csv, table
from playground.exports.as_json import as_line, as_text, comparison_as_json, run_as_json
from playground.exports.as_markdown import comparison_as_markdown, run_as_markdown
from playground.exports.published import FORMAT

__all__ = [
    "FORMAT",
    "Manner",
    "as_line",
    "as_text",
    "comparison_as_csv",
    "comparison_as_json",
    "comparison_as_markdown",
    "manner_of",
    "run_as_json",
    "run_as_markdown",
    "runs_as_csv",
    "table",
]
