"""The last step of rendering: what may be in the HTML of an answer. All else is dropped.

No id, name, style, data- or event attribute is listed, and no element that loads, runs or submits.
"""

import re
from html import escape

import nh3
from pygments.token import STANDARD_TYPES  # type: ignore[import-untyped]

from playground.rendering.mathml import CLASSES as MATHS_CLASSES

_TEXT = """
a blockquote br code div em h3 h4 h5 h6 hr li ol p pre s span strong sup table tbody td th thead
tr ul
"""
_MATHS = """
math mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow mspace msqrt
mstyle msub msubsup msup mtable mtd mtext mtr munder munderover
"""
TAGS = frozenset((_TEXT + _MATHS).split())

# Attributes of formulas by what their values may be. Colours and addresses are not among them.
_WORD = """
accent accentunder columnalign columnlines display displaystyle fence form largeop linebreak
mathvariant movablelimits notation rowlines separator stretchy
"""
_LENGTH = """
columnspacing depth height linethickness lspace mathsize maxsize minsize rowspacing rspace
scriptlevel voffset width
"""
_MATHS_WORDS = frozenset(_WORD.split())
_MATHS_LENGTHS = frozenset(_LENGTH.split())
ATTRIBUTES = {
    "a": {"href"},
    "ol": {"start"},
    **{tag: set(_MATHS_WORDS | _MATHS_LENGTHS) for tag in _MATHS.split()},
}
SCROLLS = {"tabindex": {"0"}, "role": {"group"}}
_DIRECTION = {"dir": {"ltr", "rtl"}}
FIXED = {
    **dict.fromkeys(
        ["p", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "th", "td"], _DIRECTION
    ),
    "div": {**SCROLLS, **_DIRECTION, "aria-label": {"table", "formula"}},
    "pre": {**SCROLLS, "aria-label": {"code block"}},
}
CLASSES = {
    "div": {"table-scroll", "code", "maths"},
    "th": {"align-center", "align-end"},
    "td": {"align-center", "align-end"},
    "span": {name for name in STANDARD_TYPES.values() if name},
    **MATHS_CLASSES,
}
SCHEMES = ("http://", "https://", "mailto:")
REL = "noopener noreferrer nofollow ugc"

# A length is a few em at most: a formula cannot reach over the page around it.
_SIZE = r"[+-]?(?:\d?(?:\.\d{1,4})?(?:em|ex)?|\d{1,2}(?:px|pt))"
_LENGTHS = re.compile(rf"{_SIZE}(?: {_SIZE}){{0,50}}|[a-z]*mathspace")
_WORDS = re.compile(r"[a-z -]{1,200}")
_START = re.compile(r"\d{1,9}")


def is_external(address: str) -> bool:
    """Say whether a link may lead there: nh3's own list of schemes lets relative ones through."""
    return address.lower().startswith(SCHEMES)


def is_kept(address: str) -> bool:
    """Say whether the sanitiser can read the address: it drops 256.1.1.1 and leaves no link."""
    return "href=" in _CLEANER.clean(f'<a href="{escape(address)}">x</a>')


def sanitise(html: str) -> str:
    """Return the HTML with nothing in it but what is listed here."""
    return _CLEANER.clean(html)


def _keep(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "href":
        return value if is_external(value) else None
    if attribute == "start":
        return value if _START.fullmatch(value) else None
    if attribute in _MATHS_LENGTHS:
        return value if _LENGTHS.fullmatch(value) else None
    if attribute in _MATHS_WORDS:
        return value if _WORDS.fullmatch(value) else None
    return value


_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags=set(),
    attributes=ATTRIBUTES,
    attribute_filter=_keep,
    tag_attribute_values=FIXED,
    allowed_classes=CLASSES,
    url_schemes={"http", "https", "mailto"},
    link_rel=REL,
    strip_comments=True,
)
