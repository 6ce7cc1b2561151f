"""`{{variables}}` of prompts: a word between double braces that a person fills in before the run.

Other braces are text. A value is put in once and not looked through again. A prompt about templates
keeps its braces where the composer's `as_text` says that it has no variables.
"""

import re
from collections.abc import Mapping

# The same as in static/js/variables.js.
VARIABLE = re.compile(r"\{\{[ \t]*([A-Za-z][A-Za-z0-9_]{0,39})[ \t]*\}\}")
MAX_VARIABLES = 20


def names_in(*texts: str) -> list[str]:
    """Return the name of each variable once, in the order they come."""
    return list(dict.fromkeys(name for text in texts for name in VARIABLE.findall(text)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return the text with the values in place of their variables; others stay as they are."""
    return VARIABLE.sub(lambda found: values.get(found[1], found[0]), text)


def filled_length(text: str, values: Mapping[str, str]) -> int:
    """Return how long the filled text would be, without making it: gigabytes, perhaps."""
    found = ((one[0], values.get(one[1], one[0])) for one in VARIABLE.finditer(text))
    return len(text) + sum(len(value) - len(variable) for variable, value in found)
