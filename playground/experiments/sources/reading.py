"""Chooses the reader of a file by its name."""

from __future__ import annotations

from pathlib import PurePath
from typing import IO, Any

from playground.experiments.sources.delimited import read_delimited
from playground.experiments.sources.objects import load, read_lines, read_list
from playground.experiments.sources.promptfoo import read_columns, read_promptfoo
from playground.experiments.sources.rows import SourceError, Table
from playground.experiments.sources.texts import Text, open_text

DELIMITED = (".csv", ".tsv", ".tab", ".txt")
LINES = (".jsonl", ".ndjson")
YAML = (".yaml", ".yml")
TABLES = (*DELIMITED, *LINES, *YAML, ".json")
_NOTES = ("readme", "license", "licence", "notice", "changelog", "copying")
MAX_YAML_EVENTS = 500_000
MAX_YAML_DEPTH = 50


def is_table(name: str) -> bool:
    """Whether a file is a table by its name; a README and the like are for people alone."""
    path = PurePath(name.lower())
    return path.suffix in TABLES and not (path.suffix == ".txt" and path.name.startswith(_NOTES))


def read_table(stream: IO[bytes], name: str) -> Table:
    """Return the cases of a file. The stream has to stay open while rows are taken."""
    suffix = PurePath(name).suffix.lower()
    if suffix in DELIMITED:
        return read_columns(read_delimited(stream))
    if suffix in LINES:
        return read_lines(stream)
    if suffix not in TABLES:
        raise SourceError(f"{name} is no table. These are read: {', '.join(TABLES)}.")
    text = open_text(stream)
    if suffix == ".json" and _is_lines(text):
        return read_lines(stream)
    if suffix in YAML:
        value = written = _yaml(text)
    else:
        value, written = _json(text)
    return _of_value(value, written, text.notes)


def _is_lines(text: Text) -> bool:
    """Whether it has an object in its first line and more behind: some call JSON Lines so, too."""
    first, second = text.file.readline(), text.file.readline()
    text.file.seek(0)
    return first.startswith("{") and first.rstrip().endswith("}") and second.startswith("{")


def _of_value(value: Any, written: Any, notes: tuple[str, ...]) -> Table:
    if isinstance(value, dict) and "tests" in value:
        return read_promptfoo(value, notes)
    if isinstance(value, dict):
        value, written = value.get("cases"), written.get("cases")
    if not isinstance(value, list):
        raise SourceError("The file has neither a list of cases nor “tests”.")
    if any(isinstance(one, dict) and ("vars" in one or "assert" in one) for one in value):
        return read_promptfoo({"tests": value}, notes)
    return read_list(value, written, notes)


def _json(text: Text) -> tuple[Any, Any]:
    try:
        return load(text.file.read())
    except ValueError as refused:
        raise SourceError(f"This is no JSON: {refused}.") from None


def _yaml(text: Text) -> Any:
    """Read by the base loader: every value is text as it is written, and no tag makes anything."""
    import yaml  # for promptfoo's files

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    written = text.file.read()
    depth = 0
    try:
        # In C, what is nested without an end takes the process with it: the events are safe.
        for number, event in enumerate(yaml.parse(written, Loader=loader)):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if number > MAX_YAML_EVENTS or depth > MAX_YAML_DEPTH:
                raise SourceError("This YAML is too large, or too deep.")
        return yaml.load(written, Loader=loader)  # noqa: S506 - makes text, lists and mappings alone
    except RecursionError:
        raise SourceError("This YAML is too deep.") from None
    except yaml.YAMLError as refused:
        mark = getattr(refused, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        raise SourceError(f"This is no YAML{where}: {getattr(refused, 'problem', '')}.") from None
