"""Runs and comparisons for programs, notes and spreadsheets: JSON, Markdown and CSV.

Made of what `playground.shown` lets through. The JSON is described in docs/schemas/.
"""

from playground.representations.listing import forms_as_json
from playground.representations.markdown import comparison_as_markdown, run_as_markdown
from playground.representations.spreadsheet import comparison_as_csv, runs_as_csv
from playground.representations.values import (
    FORMAT,
    as_line,
    as_text,
    comparison_as_json,
    run_as_json,
)

__all__ = [
    "FORMAT",
    "as_line",
    "as_text",
    "comparison_as_csv",
    "comparison_as_json",
    "comparison_as_markdown",
    "forms_as_json",
    "run_as_json",
    "run_as_markdown",
    "runs_as_csv",
]
