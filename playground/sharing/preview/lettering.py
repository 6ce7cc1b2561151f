"""Text for pictures: the interface's own fonts, what they can draw, and lines that fit."""

import unicodedata
from collections.abc import Iterator
from io import BytesIO

from PIL import ImageFont

from playground.config.locations import STATIC

FONTS = STATIC / "fonts"
NOWHERE = "\uffff"  # a code point that never has a glyph
ENOUGH = 0.8  # share of a text's letters below which what is left of it would mislead
MAX_TEXT_LENGTH = 600  # characters that are looked at

Font = ImageFont.FreeTypeFont


class Lettering:
    """The fonts of one drawing. Not shared: FreeType's faces are not safe between threads."""

    def __init__(self) -> None:
        self._text = (FONTS / "geist-latin.woff2").read_bytes()
        self._known: dict[str, bool] = {}
        self._probe = self.font(20)
        self._nothing = _shape(self._probe, NOWHERE)

    def font(self, size: int, weight: int = 400) -> Font:
        """Return the interface's font. size in pixels, weight from 100 to 900."""
        font = ImageFont.truetype(BytesIO(self._text), size, layout_engine=ImageFont.Layout.BASIC)
        font.set_variation_by_axes([weight])
        return font

    def drawable(self, text: str) -> str:
        """Return the text without what the font lacks; nothing where too little would be left.

        The fonts are Latin. A missing glyph would be drawn as a box, and half of an Arabic
        sentence is worse than none.
        """
        line = " ".join(unicodedata.normalize("NFC", text[: MAX_TEXT_LENGTH * 4]).split())[
            :MAX_TEXT_LENGTH
        ]
        letters = [one for one in line if _is_visible(one)]
        kept = [one for one in letters if self._has(one)]
        if len(kept) < ENOUGH * len(letters):
            return ""
        return " ".join("".join(c for c in line if c.isspace() or self._has(c)).split())

    def _has(self, character: str) -> bool:
        if character not in self._known:
            shape = _shape(self._probe, character)
            self._known[character] = _is_visible(character) and shape != self._nothing
        return self._known[character]


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] not in "CZ"


def _shape(font: Font, character: str) -> tuple[object, bytes]:
    mask = font.getmask(character, mode="L")
    return mask.size, bytes(mask)


def lines(text: str, font: Font, width: int, most: int) -> list[str]:
    """Break the text into lines of at most `width` pixels; the last of too many ends with “…”."""
    found = list(_broken(text, font, width))
    if len(found) <= most:
        return found
    return [*found[: most - 1], _shortened(found[most - 1], font, width)]


def _broken(text: str, font: Font, width: int) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}".strip()
        if font.getlength(longer) <= width:
            line = longer
            continue
        if line:
            yield line
        *full, line = _pieces(word, font, width)
        yield from full
    yield line


def _pieces(word: str, font: Font, width: int) -> list[str]:
    """Cut a word that is wider than a line."""
    pieces = [""]
    for character in word:
        if font.getlength(pieces[-1] + character) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces


def _shortened(line: str, font: Font, width: int) -> str:
    while line and font.getlength(f"{line}…") > width:
        line = line[:-1]
    return line.rstrip(" ,.;:") + "…"
