"""What a person types into a search box, and where it is found in a text. No database in here."""

from playground.searching.marking import found_in, mark
from playground.searching.terms import Term, parse

__all__ = ["Term", "found_in", "mark", "parse"]
