"""The strip above the answers: what they give different values for, told in a few words each.

Answers of a line are compared whole, answers in JSON key by key, and others by the numbers that
they label. None of it is understood: a label is text before a number, and must be the same text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from playground.comparisons.diff.json_values import json_values
from playground.comparisons.diff.labels import labelled_numbers
from playground.comparisons.diff.words import MAX_CHARACTERS, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_CONFLICTS = 12
MAX_SHORT_ANSWER_LENGTH = 80  # characters
MAX_SHOWN_LENGTH = 80  # characters of a value or a label
MISSING = "–"
_MARKUP = frozenset("*_`#\"'")


@dataclass(frozen=True)
class Conflict:
    """A label and what each answer has for it, in the order of the answers."""

    label: str
    values: list[str]


class _Value(NamedTuple):
    """What one answer has for a label: as it is compared and shown, and how early it comes."""

    compared: object
    shown: str
    position: int


def conflicts(answers: Sequence[str]) -> list[Conflict]:
    """Return at most MAX_CONFLICTS, those that most answers speak of first."""
    texts = [answer[:MAX_CHARACTERS].strip() for answer in answers]
    in_json = [json_values(text) for text in texts]
    if sum(values is not None for values in in_json) > 1:
        return _in_json(in_json)
    if all(len(text) <= MAX_SHORT_ANSWER_LENGTH and "\n" not in text for text in texts):
        return _disagreeing([_whole(text) for text in texts])
    return _disagreeing([_labelled(text) for text in texts])


def comparable(text: str) -> tuple[str, ...]:
    """Return what a short text is compared by: its words and signs but for markup."""
    keys = [word.key for word in words(text) if word.text not in _MARKUP]
    while keys and keys[-1] in (".", "!"):
        keys.pop()
    return tuple(keys)


def _whole(text: str) -> dict[str, _Value]:
    shown = " ".join(text.replace("**", "").replace("`", "").split())
    return {"answer": _Value(comparable(text), shown, 0)} if shown else {}


def _labelled(text: str) -> dict[str, _Value]:
    return {
        label: _Value(frozenset(numbers), ", ".join(numbers.values()), position)
        for label, (position, numbers) in labelled_numbers(text).items()
    }


def _in_json(in_json: Sequence[Mapping[str, str] | None]) -> list[Conflict]:
    """A key that is missing in an object is a conflict; that an answer is not JSON is none."""
    labels = {label for values in in_json for label in values or ()}
    columns: list[dict[str, _Value]] = []
    for values in in_json:
        given = values or {}
        ranks = {label: rank for rank, label in enumerate(given)}
        columns.append(
            {
                label: _Value(comparable(given[label]) or given[label], given[label], ranks[label])
                for label in given
            }
        )
        if values is not None:
            absent = _Value(None, MISSING, len(labels))
            columns[-1] |= dict.fromkeys(labels - given.keys(), absent)
    return _disagreeing(columns)


def _disagreeing(columns: Sequence[Mapping[str, _Value]]) -> list[Conflict]:
    by_label: dict[str, list[_Value]] = {}
    for column in columns:
        for label, value in column.items():
            by_label.setdefault(label, []).append(value)
    found = [
        (-len(values), min(value.position for value in values), label)
        for label, values in by_label.items()
        if len({value.compared for value in values}) > 1
    ]
    return [
        Conflict(
            _short(label),
            [_short(column[label].shown) if label in column else MISSING for column in columns],
        )
        for _, _, label in sorted(found)[:MAX_CONFLICTS]
    ]


def _short(text: str) -> str:
    return text[: MAX_SHOWN_LENGTH - 1] + "…" if len(text) > MAX_SHOWN_LENGTH else text
