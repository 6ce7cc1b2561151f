"""The documents on security name what exists, and the table of the ASVS counts right."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

PATH = re.compile(r"`((?:playground|deploy|docs|static|templates|tests)/[\w./-]*?)(?:::(\w+))?`")
DOCUMENTS = ["asvs", "security", "security-decisions", "threat-model"]
VERDICTS = ("met", "not met", "does not apply")
# How many requirements of levels 1 and 2 each section of version 5.0.0 has; they come first in it.
SECTIONS = """
1.1 2, 1.2 9, 1.3 11, 1.4 3, 1.5 2, 2.1 3, 2.2 3, 2.3 4, 2.4 1, 3.2 2, 3.3 4, 3.4 6, 3.5 5, 3.7 2,
4.1 3, 4.2 1, 4.3 2, 4.4 4, 5.1 1, 5.2 3, 5.3 2, 5.4 3, 6.1 3, 6.2 12, 6.3 4, 6.4 4, 6.5 5, 6.6 3,
6.8 4, 7.1 3, 7.2 4, 7.3 2, 7.4 5, 7.5 2, 7.6 2, 8.1 2, 8.2 3, 8.3 1, 8.4 1, 9.1 3, 9.2 4, 10.1 2,
10.2 2, 10.3 4, 10.4 11, 10.5 5, 10.6 2, 10.7 3, 11.1 2, 11.2 3, 11.3 3, 11.4 4, 11.5 1, 11.6 1,
12.1 3, 12.2 2, 12.3 4, 13.1 1, 13.2 5, 13.3 2, 13.4 5, 14.1 2, 14.2 4, 14.3 3, 15.1 3, 15.2 3,
15.3 7, 16.1 1, 16.2 5, 16.3 4, 16.4 3, 16.5 3, 17.1 1, 17.2 4, 17.3 2
"""
LEVEL_1 = 70  # of them, says the standard


class Row(NamedTuple):
    number: str
    level: str
    asks: str
    verdict: str
    where: str
    shown: str


def text(name: str) -> str:
    return Path(f"docs/{name}.md").read_text()


def cells(line: str) -> list[str]:
    return [cell.strip(" *") for cell in line.strip("|").split("|")]


ROWS = [Row(*cells(line)) for line in re.findall(r"^\| \d.*\|$", text("asvs"), re.MULTILINE)]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_that_is_named_exists(document: str) -> None:
    assert not [path for path, _ in PATH.findall(text(document)) if not Path(path).exists()]


def test_the_threat_model_names_what_stands_at_each_border() -> None:
    borders = re.findall(
        r"^### [A-H]\. .*?(?=^###)", text("threat-model"), re.MULTILINE | re.DOTALL
    )
    words = ("*Can go wrong:*", "*Stands:*", "*Remains:*", "playground")
    assert [all(word in border for word in words) for border in borders] == [True] * 8


def test_every_number_is_there_once_and_in_order() -> None:
    sections = [part.split() for part in SECTIONS.split(",")]
    wanted = [f"{section}.{one + 1}" for section, count in sections for one in range(int(count))]
    assert [row.number for row in ROWS] == wanted
    assert Counter(row.level for row in ROWS) == {"1": LEVEL_1, "2": len(ROWS) - LEVEL_1}


def test_the_totals_are_those_of_the_table() -> None:
    counted = Counter((row.verdict, row.level) for row in ROWS)
    assert {verdict for verdict, _ in counted} == set(VERDICTS)
    lines = [(verdict, counted[verdict, "1"], counted[verdict, "2"]) for verdict in VERDICTS]
    lines.append(("all", LEVEL_1, len(ROWS) - LEVEL_1))
    told = [f"| {verdict} | {one} | {two} | {one + two} |" for verdict, one, two in lines]
    assert "\n".join(told) in text("asvs")


def test_the_first_level_that_is_not_met_is_named_at_the_top() -> None:
    missing = [row.number for row in ROWS if (row.verdict, row.level) == ("not met", "1")]
    assert f"Not met at level 1: {', '.join(missing)}." in text("asvs")


def test_what_is_met_names_where_and_what_shows_it() -> None:
    met = [row for row in ROWS if row.verdict == "met"]
    assert not [row.number for row in met if not PATH.search(row.where)]
    tests = [row for row in met if row.shown != "by reading"]
    assert not [
        row.number for row in tests if not re.fullmatch(r"`[\w/]+\.py::test_\w+`", row.shown)
    ]


def test_what_is_not_met_or_does_not_apply_says_why_and_claims_no_test() -> None:
    others = [row for row in ROWS if row.verdict != "met"]
    assert not [row.number for row in others if not row.where or row.shown]


def test_what_is_not_met_is_a_decision() -> None:
    decisions = text("security-decisions").partition("## Refused requirements")[2].partition("## ")
    refused = {row.number for row in ROWS if row.verdict == "not met"}
    told = re.findall(r"^\| ([\d., ]+) ", decisions[0], re.MULTILINE)
    assert {one.strip() for numbers in told for one in numbers.split(",")} == refused


def test_every_test_that_is_named_exists() -> None:
    named = {found for name in DOCUMENTS for found in PATH.findall(text(name)) if found[1]}
    missing = [
        f"{path}::{test}"
        for path, test in sorted(named)
        if not re.search(rf"^ *def {test}\(", Path(path).read_text(), re.MULTILINE)
    ]
    assert len(named) > 90
    assert not missing
