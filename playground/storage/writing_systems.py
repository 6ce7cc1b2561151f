"""Scripts that put no spaces between words: what parts a run of their characters for the search.

A run is entered as its pairs of neighbours, and its last character alone: so whatever stands inside
it is found by whole entries of the index, as fast as a word. Imports no database.
"""

import re
import unicodedata

# Thai, Lao; Burmese; Hangul; Khmer; kana; Han. Without the signs among them that part words.
RANGES = (
    ("\u0e01", "\u0e3a"),
    ("\u0e40", "\u0e4e"),
    ("\u0e50", "\u0e59"),
    ("\u0e80", "\u0eff"),
    ("\u1000", "\u1049"),
    ("\u1050", "\u109f"),
    ("\u1100", "\u11ff"),
    ("\u1780", "\u17d3"),
    ("\u17e0", "\u17e9"),
    ("\u3005", "\u3007"),
    ("\u3041", "\u3096"),
    ("\u309d", "\u309f"),
    ("\u30a1", "\u30fa"),
    ("\u30fc", "\u30ff"),
    ("\u3105", "\u318e"),
    ("\u31a0", "\u31ff"),
    ("\u3400", "\u9fff"),
    ("\ua960", "\ua97f"),
    ("\uac00", "\ud7ff"),
    ("\uf900", "\ufaff"),
    ("\uff66", "\uff9f"),
    ("\U00020000", "\U0003ffff"),
)
CLASS = "".join(f"{first}-{last}" for first, last in RANGES)
_RUN = re.compile(f"[{CLASS}]+")


def is_unspaced(text: str) -> bool:
    """Whether a character of such a script is in it."""
    return not text.isascii() and _RUN.search(text) is not None


def pairs(run: str) -> list[str]:
    """Return each character of a run with the one behind it; the last one is alone."""
    return [run[at : at + 2] for at in range(len(run))]


def parted(text: str) -> str:
    """Return a text as it is entered into the index."""
    if not is_unspaced(text):
        return text
    composed = unicodedata.normalize("NFC", text)
    return _RUN.sub(lambda run: f" {' '.join(pairs(same_width(run.group())))} ", composed)


def same_width(run: str) -> str:
    """Return a run as it is compared: half-width kana are kana."""
    return unicodedata.normalize("NFKC", run)
