"""promptfoo's files: `tests` with `vars`, or CSV, and the assertions that have an equal here.

Others are counted, named and left out. Scripts, templates and other files that a file names are
neither run nor opened.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from playground.experiments.rules.parse import parse_rule
from playground.experiments.rules.titles import words_of
from playground.experiments.sources.columns import OPTIONS
from playground.experiments.sources.file_names import is_image
from playground.experiments.sources.rows import SourceError, SourceRow, Table, as_text, checked
from playground.submission.variables import fill

if TYPE_CHECKING:
    from collections.abc import Iterator

EXPECTED = "expected"
FILE = "file://"
MAX_TAGS = 100  # of one test
MAX_ASSERTIONS = 100  # of one test that are looked at
_TEMPLATE = ("{{", "{%")
_EQUALS: dict[str, dict[str, Any]] = {
    "equals": {"rule": "equals", "ignore_case": False},
    "contains": {"rule": "contains", "ignore_case": False},
    "icontains": {"rule": "contains"},
    "regex": {"rule": "matches"},
}
_LITERAL = re.compile(r'(?<=[:\[,] )"(-?\d+(?:\.\d+)?|true|false)"(?!:)')
_JSON = ("is-json", "contains-json")
# What `__expected` of a CSV file says: a kind and a value, a kind alone, or else what is equal.
_KINDS = (
    "equals|i?contains|regex|similar|javascript|python|fn|eval|grade|cost|latency|levenshtein|"
    "classifier|moderation|factuality|perplexity|webhook|bleu|[a-z]+(-[a-z]+)+"
)
_ASSERTION = re.compile(
    rf"(?P<kind>(not-)?({_KINDS}))(\([\d.]+\))?:\s*(?P<value>.*)|(is|contains)-\w+", re.DOTALL
)
_READ = ("__expected", "__description", "__metadata:")


def read_promptfoo(config: dict[str, Any], notes: tuple[str, ...] = ()) -> Table:
    """Return the tests of a configuration as a table; the values of one are its variables."""
    tests = config.get("tests")
    if not isinstance(tests, list):
        where = f" They are in {tests}: bring that file in." if isinstance(tests, str) else ""
        raise SourceError(f"The file has no list of tests.{where}")
    reader = _Tests(_entry(config.get("defaultTest")))
    return reader.table([reader.row(number, test) for number, test in enumerate(tests, 1)], notes)


def read_columns(table: Table) -> Table:
    """Return a table of CSV with promptfoo's columns as its tests; any other as it is."""
    if not any(one.startswith(_READ) for one in table.columns):
        return table
    reader = _Tests({})
    rows = [one if one.problem else reader.row(one.number, _test(one.values)) for one in table.rows]
    return reader.table(rows, table.notes)


def _test(values: dict[str, str]) -> dict[str, Any]:
    def of(prefix: str) -> list[str]:
        return [text for name, text in values.items() if name.startswith(prefix) and text]

    tags = [one for text in of("__metadata:") for one in re.split(r"(?<!\\),", text)]
    return {
        "vars": {name: text for name, text in values.items() if not name.startswith(_READ)},
        "assert": [_assertion(text) for text in of("__expected")],
        "description": "\n".join(of("__description")),
        "metadata": {"tags": [one.replace("\\,", ",").strip() for one in tags]},
    }


def _assertion(text: str) -> dict[str, str]:
    found = _ASSERTION.fullmatch(text)
    if not found:
        return {"type": "equals", "value": text}
    return {"type": found["kind"] or text, "value": found["value"] or ""}


def _entry(value: Any) -> dict[str, Any]:
    """Return a mapping with what it merges by YAML's <<; an empty one for anything else."""
    if not isinstance(value, dict):
        return {}
    merged = value.get("<<")
    return {**merged, **value} if isinstance(merged, dict) else value


class _Tests:
    def __init__(self, default: dict[str, Any]) -> None:
        self.default = default
        self.rules: list[dict[str, Any]] = []
        self.left_out: Counter[str] = Counter()

    def row(self, number: int, test: Any) -> SourceRow:
        if not isinstance(test, dict):
            return SourceRow(
                number, {}, f"{as_text(test)[:200]} is not opened: bring that file in."
            )
        test = _entry(test)
        given = {**_entry(self.default.get("vars")), **_entry(test.get("vars"))}
        several = [name for name, value in given.items() if isinstance(value, list)]
        if several:
            return SourceRow(
                number, {}, f"“{several[0]}” has several values: write a test for each."
            )
        values = {name: as_text(value) for name, value in given.items() if name != "<<"}
        for name, value in values.items():
            if value.startswith(FILE) and not is_image(value):
                return SourceRow(
                    number, problem=f"“{name}” is in {value[:200]}, which is not opened."
                )
        values = {name: value.removeprefix(FILE) for name, value in values.items()}
        named = {_column(name): value for name, value in values.items()}
        return SourceRow(number, named | self._expected(test, values) | _described(test))

    def _expected(self, test: dict[str, Any], values: dict[str, str]) -> dict[str, str]:
        """Return the expected value by the first assertion that has an equal."""
        lists = (part.get("assert") for part in (test, self.default))
        asserted = [
            one for part in lists if isinstance(part, list) for one in part[:MAX_ASSERTIONS]
        ]
        expected: dict[str, str] = {}
        taken = False
        for assertion in map(_entry, asserted):
            rule = None if taken else _rule(assertion)
            text = fill(as_text(assertion.get("value")), values)
            if rule is None or (rule["rule"] != "json" and any(sign in text for sign in _TEMPLATE)):
                self.left_out[as_text(assertion.get("type")) or "no type"] += 1
                continue
            taken = True
            if rule not in self.rules:
                self.rules.append(rule)
            if rule["rule"] != "json":
                expected[EXPECTED] = text
        return expected

    def table(self, rows: list[SourceRow], notes: tuple[str, ...]) -> Table:
        columns = tuple(dict.fromkeys(name for row in rows for name in row.values))
        return Table(columns, checked(iter(rows)), (*notes, *self.notes()), tuple(self.rules))

    def notes(self) -> list[str]:
        return [*self._said_of_left_out(), *self._said_of_rules()]

    def _said_of_rules(self) -> Iterator[str]:
        """Name the rules that would be lost: an experiment starts with that of equal texts."""
        others = dict.fromkeys(words_of(rule) for rule in self.rules if rule["rule"] != "equals")
        if others:
            named = "; ".join(others)
            yield f"Answers are marked there by: {named}. Choose that for the experiment, too."

    def _said_of_left_out(self) -> Iterator[str]:
        if self.left_out:
            named = ", ".join(f"{kind} ({n})" for kind, n in self.left_out.most_common(20))
            yield f"Assertions left out, as a case has one expected value and no script: {named}."


def _rule(assertion: dict[str, Any]) -> dict[str, Any] | None:
    kind, value = assertion.get("type"), assertion.get("value")
    if kind in _JSON:
        return _schema(as_text(value)) if value else {"rule": "json", "schema": {}}
    elsewhere = as_text(value).startswith((FILE, "javascript:", "python:"))
    return None if isinstance(value, dict | list) or elsewhere else _EQUALS.get(str(kind))


def _schema(text: str) -> dict[str, Any] | None:
    """Return the rule of a schema, which as YAML has text for numbers, true and false."""
    with suppress(ValueError, RecursionError):  # a RuleError is one
        rule = {"rule": "json", "schema": json.loads(_LITERAL.sub(r"\1", text))}
        parse_rule(rule)
        return rule
    return None


def _column(variable: str) -> str:
    """Keep a variable apart from what a test has besides."""
    others = (EXPECTED, "tags", "note", "prompt", "text", "category", *OPTIONS)
    return f"{{{{{variable}}}}}" if variable in others else variable


def _described(test: dict[str, Any]) -> dict[str, str]:
    tags = _entry(test.get("metadata")).get("tags")
    described = {
        "note": as_text(test.get("description")),
        "tags": ";".join(map(as_text, tags[:MAX_TAGS])) if isinstance(tags, list) else "",
    }
    return {name: text for name, text in described.items() if text}
