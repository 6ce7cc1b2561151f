"""Reads the plain value of a document: what an experiment asks, before its images are there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playground.experiments.cases import Content
from playground.experiments.document.fields import (
    MAX_TEXT_LENGTH,
    NewCase,
    NewExperiment,
    NewVariant,
)
from playground.experiments.plan import DEFAULT_RULE, Column
from playground.experiments.rules.parse import parse_rule
from playground.experiments.rules.reading import RuleError
from playground.providers.parameters.listed import checked as set_in
from playground.runs.tagging import name_of
from playground.submission.option_fields import FIXED
from playground.submission.request import Options
from playground.web.field_types import is_text
from playground.web.params import uuid_or_none

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from playground.experiments.document.problems import Problems

NO_MODEL = "Name the model."
NO_CASES = "Give cases, or the id of a test set as test_set."
BOTH = "Give cases or test_set, not both."
EMPTY = "A case needs an image, a variable or a question."
TOO_LONG = f"This has to be at most {MAX_TEXT_LENGTH:,} characters of text."


class WrittenNumber(float):
    """A number that keeps how it is written: as an expected value 9.60 is not 9.6."""

    text: str

    def __new__(cls, text: str) -> WrittenNumber:
        made = super().__new__(cls, text)
        made.text = text
        return made


@dataclass(frozen=True)
class Document:
    """What is asked. cases: with what is written of their images.

    test_set: of kept cases, None where the document has its own.
    """

    name: str
    columns: tuple[Column, ...]
    rules: tuple[Mapping[str, Any], ...]
    repeats: int
    cases: tuple[Content, ...]
    test_set: UUID | None
    project: int | None
    key: str


def read(value: Any, problems: Problems) -> Document:
    """Return as much of a document as is right, and note what is wrong with the rest."""
    whole = problems.checked(NewExperiment, value, "")
    columns = [
        _column(one, f"variants[{at}]", whole, problems)
        for at, one in enumerate(whole.get("variants", []))
    ]
    cases = [_case(one, f"cases[{at}]", problems) for at, one in enumerate(whole.get("cases", []))]
    if isinstance(value, dict):
        _check_parts(value, problems)
    test_set = uuid_or_none(whole.get("test_set", ""))
    if "test_set" in whole and not test_set:
        problems.add("test_set", "This has to be an id.")
    return Document(
        name=whole.get("name", ""),
        columns=tuple(columns),
        rules=_rules(whole.get("marks") or [DEFAULT_RULE], problems),
        repeats=whole.get("repeats", 1),
        cases=tuple(cases),
        test_set=test_set,
        project=whole.get("project"),
        key=whole.get("idempotency_key", ""),
    )


def _check_parts(value: dict[str, Any], problems: Problems) -> None:
    if value.get("variants") is None:
        problems.add("variants", "Give the variants: at least one model.")
    sources = [name for name in ("cases", "test_set") if value.get(name) is not None]
    if len(sources) != 1:
        problems.add("cases", BOTH if sources else NO_CASES)


def _column(value: Any, path: str, whole: dict[str, Any], problems: Problems) -> Column:
    found = problems.checked(NewVariant, value, path)
    if isinstance(value, dict) and value.get("model") is None:
        problems.add(f"{path}.model", NO_MODEL)
    options = {name: found[name] for name in FIXED if name in found}
    shared = {name: found.get(name, whole.get(name, "")) for name in ("prompt", "system_prompt")}
    parameters = set_in(found)
    return Column(
        found.get("model", ""), **shared, options=Options(**options, parameters=parameters)
    )


def _rules(marks: list[Any], problems: Problems) -> tuple[Mapping[str, Any], ...]:
    for at, one in enumerate(marks):
        try:
            parse_rule(one)
            written = json.dumps(one, ensure_ascii=False, allow_nan=False)
            if not is_text(written) or "\\u0000" in written:
                raise RuleError("This has a sign that is no text.")
        except (ValueError, TypeError, RecursionError) as refused:
            problems.add(f"marks[{at}]", str(refused))
    return tuple(marks)


def _case(value: Any, path: str, problems: Problems) -> Content:
    found = problems.checked(NewCase, value, path)
    expected = as_text(found.get("expected", ""))
    if not is_text(expected) or len(expected) > MAX_TEXT_LENGTH:
        problems.add(f"{path}.expected", TOO_LONG)
    if isinstance(value, dict) and not any(
        value.get(name) for name in ("images", "variables", "question")
    ):
        problems.add(path, EMPTY)
    return Content(
        images=tuple(found.get("images", [])),
        variables={name: as_text(one) for name, one in found.get("variables", {}).items()},
        question=found.get("question", ""),
        expected=expected,
        tags=tuple(filter(None, dict.fromkeys(map(name_of, found.get("tags", []))))),
        note=found.get("note", ""),
    )


def as_text(value: Any) -> str:
    """Return a value as it is written: texts and numbers as they are, anything else as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, WrittenNumber):
        return value.text
    if hasattr(value, "isoformat"):  # a date of TOML
        return str(value.isoformat())
    return json.dumps(value, ensure_ascii=False, default=str)
