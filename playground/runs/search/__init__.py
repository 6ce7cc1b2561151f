"""What a person types into a search box, and where it is found in a text. No database in here."""

from playground.runs.search.highlight import found_in, mark
from playground.runs.search.terms import Term, parse

__all__ = ["Term", "found_in", "mark", "parse"]
