"""Dates and times in text, however they are written: a day as year, month and day."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# The first letters of months in the languages of the interface's readers; longer ones first.
_MONTHS = {
    1: "jan jän gen ene",
    2: "feb fév fev",
    3: "mar mär mrt mars",
    4: "apr avr abr",
    5: "may mai maj mei mag mayo",
    6: "jun jui giu",
    7: "jul juil lug",
    8: "aug aoû aou ago",
    9: "sep set",
    10: "oct okt ott out",
    11: "nov",
    12: "dec dez déc dic",
}
_BY_NAME = {name: number for number, names in _MONTHS.items() for name in names.split()}
_NAME = rf"(?:{'|'.join(sorted(_BY_NAME, key=len, reverse=True))})[^\W\d_]{{0,9}}"
_DATE = re.compile(
    rf"""
    (?<![\w.-]) (?:
      (?P<y1>\d{{4}})[-./年][ ]?(?P<m1>\d{{1,2}})[-./月][ ]?(?P<d1>\d{{1,2}})日?
    | (?P<a>\d{{1,2}})(?P<mark>[-./])(?P<b>\d{{1,2}})(?P=mark)(?P<y2>\d{{4}}|\d{{2}})
    | (?P<d3>\d{{1,2}})(?:st|nd|rd|th|\.)?[ ]?(?:de[ ]|of[ ])?(?P<n3>{_NAME})\.?
      (?:[ ]?(?:de[ ]|,[ ]?)?(?P<y3>\d{{4}}))?
    | (?P<n4>{_NAME})\.?[ ]?(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?(?:,?[ ]?(?P<y4>\d{{4}}))?
    ) (?: (?!\w|[.-]\d) | (?=\d\d?:\d\d) )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_TIME = re.compile(
    r"(?<!\d:)(?:(?<!\d)|(?<=\d{4}-\d\d-\d\d)|(?<=\d\d/\d\d/\d{4}))"
    r"(\d{1,3})[:.h](\d\d)(?::\d\d)?(?:[ ]?([ap])\.?m\b\.?)?(?![\d:])",
    re.IGNORECASE,
)


class Day(NamedTuple):
    """year: 0 where none is written."""

    year: int
    month: int
    day: int

    def is_same(self, other: Day) -> bool:
        years = {self.year, other.year}
        return self[1:] == other[1:] and (len(years) == 1 or 0 in years)


def dates(text: str) -> Iterator[tuple[frozenset[Day], int, int]]:
    """Give each date with where it stands: the days that it can mean, two for 3/4/2026.

    One that cannot be, as 34 July, means itself: its parts are no values of their own.
    """
    for match in _DATE.finditer(text):
        read = list(_read(match))
        days = [one for one in read if 1 <= one.month <= 12 and 1 <= one.day <= 31]
        yield frozenset(days or read), match.start(), match.end()


def times(text: str) -> Iterator[tuple[str, int, int]]:
    """Give each time or length of time as 09:42, with where it stands."""
    for match in _TIME.finditer(text):
        hour = int(match[1])
        if match[3]:
            hour = hour % 12 + (12 if match[3] in "pP" else 0)
        elif ":" not in match[0]:
            continue
        yield f"{hour:02}:{match[2]}", match.start(), match.end()


def _read(match: re.Match[str]) -> Iterator[Day]:
    if match["y1"]:
        yield Day(int(match["y1"]), int(match["m1"]), int(match["d1"]))
    elif match["mark"]:
        year = int(match["y2"]) + (2000 if len(match["y2"]) == 2 else 0)
        yield Day(year, int(match["b"]), int(match["a"]))
        yield Day(year, int(match["a"]), int(match["b"]))
    else:
        name, day = match["n3"] or match["n4"], match["d3"] or match["d4"]
        yield Day(int(match["y3"] or match["y4"] or 0), _month(name), int(day))


def _month(name: str) -> int:
    lower = name.casefold()
    return next(_BY_NAME[lower[:size]] for size in (4, 3) if lower[:size] in _BY_NAME)
