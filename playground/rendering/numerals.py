"""Finds numbers in text as people and models write them, in any script's digits.

Thousands may be parted by commas, points, spaces and apostrophes, also in the Indian way. Codes as
CO2 and A4, dates as 14.11.2026 and versions as 1.2.3 are no numbers.
"""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal, localcontext
from typing import NamedTuple
from unicodedata import decimal as digit_value
from unicodedata import normalize, numeric

AUTO, POINT, COMMA = "auto", "point", "comma"
NOTATIONS = (AUTO, POINT, COMMA)
MAX_CHARACTERS = 200_000  # of one answer: its end where the last number is sought
MAX_DIGITS = 60

_OTHER_DIGIT = re.compile(r"[^\D0-9]")
_SIGNS = {
    **dict.fromkeys("−﹣－‐‑", "-"),
    **dict.fromkeys("\u00a0\u2007\u2009\u202f", " "),
    **dict.fromkeys("’‘＇", "'"),
    **dict.fromkeys("\u200e\u200f\u061c\u2066\u2067\u2068\u2069\u202a\u202b\u202c", ""),
    **dict(zip("，٬．٫＋％٪", ",,..+%%", strict=True)),
}
_LATEX = {"{,}": ",", "\\,": " ", "\\%": "%", "\\times": "×", "\\cdot": "·", "\\$": "$"}
_PARTS = re.compile(r"(?<![\d.,])(\d{1,6})?[ ]?([¼-¾⅐-⅞])")  # ½, and 3½
_GLUED = re.compile(r"\b([A-Z]{3}|[Kk]r|Rs|R\$)\.?(?=\d)")  # SEK429.57
# What is written as ASCII has it before numbers are sought.
_STEPS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_OTHER_DIGIT, lambda match: str(digit_value(match[0]))),
    (re.compile(f"[{''.join(_SIGNS)}]"), lambda match: _SIGNS[match[0]]),
    (re.compile("|".join(map(re.escape, _LATEX))), lambda match: _LATEX[match[0]]),
    (_GLUED, lambda match: f"{match[1]} "),
    (_PARTS, lambda match: f"{match[1] or 0}{_written(match[2])}"),
)
# Powers of ten by what stands behind a number. Of Latin letters only those that are no other unit.
_SCALES = {
    "k": 3, "thousand": 3, "tsd": 3, "lakh": 5, "lakhs": 5, "m": 6, "million": 6, "millions": 6,
    "millionen": 6, "millones": 6, "mio": 6, "mn": 6, "crore": 7, "crores": 7, "billion": 9,
    "billions": 9, "bn": 9, "milliarden": 9, "milliards": 9, "mrd": 9, "trillion": 12,
    "trillions": 12, "万": 4, "萬": 4, "만": 4, "亿": 8, "億": 8, "억": 8,
}  # fmt: skip
_SCALE = (
    r"(?P<scale>(?<=\d)[kKM](?!\w)|[ ]?[万萬만亿億억]"
    rf"|[ ]?(?i:{'|'.join(word for word in _SCALES if len(word) > 1)})(?!\w))?"
)
_LISTED = re.compile(r"^[ \t]{0,8}\d{1,3}[.)][ \t]+(?=\S)", re.MULTILINE)
_NUMERAL = re.compile(
    r"""
    (?<![^\W\d_]) (?<!\d) (?<!\d[.,'])
    (?: (?P<sign>(?<![\w)\]%])[-–+]) (?:[A-Z]{3}[ ]|(?:[A-Z]{1,2})?(?=[$]))?
      | (?P<minus>(?<![\d)\]%][ ])(?i:minus|negative)[ ]|[负負]) )?
    (?:[$£¥₠-⃀￠-￦][ ]?(?P<inner>-)?)?
    (?P<body>\d{1,3}(?:[ ]\d{3})++(?!\d)(?:[.,]\d++)? | \d++(?:[.,']\d++)*+ | [.]\d++)
    (?: [eE](?P<e>[-+]?\d{1,3})(?!\w)
      | [ ]?[x×·*][ ]?10(?:\^\{?(?P<power>[-+]?\d{1,3})\}?|(?P<raised>[⁻⁺]?[⁰¹²³⁴-⁹]{1,3})) )?
    """
    + _SCALE
    + r"""
    (?P<percent>[ ]?%)? (?P<after>(?<=[.,]\d\d)-(?![\w-]|[ ]?[\d$£¥₠-⃀]))?
    (?![eE]\d)
    """,
    re.VERBOSE,
)


_OPENED = re.compile(r"\((?:[A-Z]{3}[ ])?[ ]?$")
_CLOSED = re.compile(r"[ ]?(?:[A-Z]{3}|[$£¥₠-⃀])?\)")


class Numeral(NamedTuple):
    """A number as it was read. note: how, where the same signs could be another number.

    bracketed: alone between brackets, by which bookkeepers mean less than zero.
    scale: the power of ten of the thousand or million behind it, which value leaves out.
    """

    value: Decimal
    percent: bool = False
    note: str = ""
    bracketed: bool = False
    scale: int = 0

    @property
    def whole(self) -> Decimal:
        with localcontext(prec=2 * MAX_DIGITS):
            return self.value.scaleb(self.scale)


def numerals(text: str, notation: str = AUTO) -> Iterator[Numeral]:
    """Give the numbers of a text in order, from its beginning."""
    for match in _NUMERAL.finditer(_prepared(text[:MAX_CHARACTERS])):
        yield from _read(match, notation)


def located_numerals(text: str, notation: str = AUTO) -> Iterator[tuple[Numeral, int, int]]:
    """Give the numbers of a text, each with where its digits stand, with its percent sign."""
    prepared, origins = _traced(text[:MAX_CHARACTERS])
    for match in _NUMERAL.finditer(prepared):
        last = match.end("percent" if match["percent"] else "body") - 1
        start, end = origins[match.start("body")], origins[last] + 1
        yield from ((numeral, start, end) for numeral in _read(match, notation))


def first_numeral(text: str, notation: str = AUTO) -> Numeral | None:
    return next(numerals(text, notation), None)


def last_numeral(text: str, notation: str = AUTO) -> Numeral | None:
    """Return the last number, sought from the end."""
    matches = list(_NUMERAL.finditer(_prepared(text[-MAX_CHARACTERS:])))
    several = (list(_read(match, notation)) for match in reversed(matches))
    return next((found[-1] for found in several if found), None)


def _prepared(text: str) -> str:
    """Write digits, signs and spaces as ASCII has them; superscripts as m² stay what they are."""
    for pattern, plain in _STEPS:
        text = pattern.sub(plain, text)
    return _LISTED.sub("", text) if len(_LISTED.findall(text)) > 1 else text


def _traced(text: str) -> tuple[str, list[int]]:
    """Return the text as it is prepared, but for numbers of lists, and where each sign was."""
    origins = list(range(len(text)))
    for pattern, plain in _STEPS:
        pieces: list[str] = []
        kept: list[int] = []
        end = 0
        for match in pattern.finditer(text):
            pieces += text[end : match.start()], plain(match)
            places = range(match.start(), match.start() + len(pieces[-1]))
            kept += origins[end : match.start()]
            kept += (origins[min(place, match.end() - 1)] for place in places)
            end = match.end()
        text, origins = "".join(pieces) + text[end:], kept + origins[end:]
    return text, origins


def _read(match: re.Match[str], notation: str) -> Iterator[Numeral]:
    body, note = _plain(match["body"], notation)
    if not body and "," in match["body"] and "." not in match["body"]:
        yield from (Numeral(Decimal(one)) for one in match["body"].split(",") if one.isdigit())
    if not body or len(body) > MAX_DIGITS or (match["e"] and "," in match["body"]):
        return
    power = match["e"] or match["power"] or normalize("NFKC", match["raised"] or "0")
    with localcontext(prec=2 * MAX_DIGITS):
        value = Decimal(body).scaleb(int(power.replace("−", "-")))
        negative = match["sign"] in ("-", "–") or match["minus"] or match["inner"] or match["after"]
        signed = -value if negative else value
        scale = _SCALES[match["scale"].strip().lower()] if match["scale"] else 0
        yield Numeral(signed, bool(match["percent"]), note, _is_bracketed(match), scale)


def _is_bracketed(match: re.Match[str]) -> bool:
    before = match.string[max(0, match.start() - 6) : match.start()].rstrip("$£¥€")
    return bool(_OPENED.search(before) and _CLOSED.match(match.string, match.end()))


def _written(fraction: str) -> str:
    """Return a sign as ½ as it is written behind a whole number: .5"""
    return f"{numeric(fraction):.12f}".rstrip("0")[1:]


def _plain(body: str, notation: str) -> tuple[str, str]:
    """Return a number as Python writes it, and a note; nothing where it is none."""
    marks = [sign for sign in body if sign in ".,"]
    if not marks:
        return (_joined(body), "")
    mark = marks[-1]
    head, _, tail = body.rpartition(mark)
    if len(set(marks)) == 2:
        whole = _joined(head) if body.count(mark) == 1 else ""
        return (f"{whole}.{tail}" if whole else "", "")
    if len(marks) > 1:
        return (_joined(body), "")
    return _one_mark(head, mark, tail, notation)


def _one_mark(head: str, mark: str, tail: str, notation: str) -> tuple[str, str]:
    """A single comma or point: of a decimal number, or of thousands."""
    whole = _joined(head) if head else "0"
    if not whole or "'" in tail:
        return "", ""
    if not (head.isdigit() and len(tail) == 3 and len(head) <= 3 and head[0] != "0"):
        return f"{whole}.{tail}", ""
    is_decimal = mark == ("," if notation == COMMA else ".")
    if notation != AUTO:
        return f"{whole}.{tail}" if is_decimal else whole + tail, ""
    role = "a decimal sign" if is_decimal else "thousands"
    name = "point" if mark == "." else "comma"
    return f"{whole}.{tail}" if is_decimal else whole + tail, f"The {name} was read as {role}."


def _joined(body: str) -> str:
    """Return digits without what parts their thousands; nothing where the groups are none."""
    parted = re.split(r"[., ']", body)
    if len(parted) == 1:
        return body
    signs = set(re.findall(r"[., ']", body))
    first, *middle, last = parted
    sizes = {len(one) for one in middle}
    grouped = sizes <= {3} or (sizes <= {2} and "," in signs)
    fits = len(signs) == 1 and grouped and len(last) == 3 and 1 <= len(first) <= 3
    return "".join(parted) if fits else ""
