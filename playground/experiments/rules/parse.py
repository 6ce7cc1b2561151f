"""Rules out of plain JSON: {"rule": "number", "within": 0.005}."""

from __future__ import annotations

from dataclasses import Field, dataclass, fields
from math import isfinite
from typing import TYPE_CHECKING, Any, Protocol

from playground.experiments.rules.choice import Choice
from playground.experiments.rules.error_rate import CharacterErrorRate, WordErrorRate
from playground.experiments.rules.fields import Json
from playground.experiments.rules.number import Number
from playground.experiments.rules.overlap import Boxes
from playground.experiments.rules.reading import (
    MAX_ANSWER,
    MAX_EXPECTED,
    Answer,
    Reading,
    RuleError,
    unread,
)
from playground.experiments.rules.text import Contains, Equals, Matches
from playground.rendering.answer_reasoning import part

if TYPE_CHECKING:
    from collections.abc import Callable


class Options(Protocol):
    """The options of one kind, which judge an answer by themselves."""

    def judge(self, answer: Answer) -> Reading: ...


KINDS: dict[str, Any] = {
    "equals": Equals,
    "contains": Contains,
    "matches": Matches,
    "number": Number,
    "choice": Choice,
    "json": Json,
    "cer": CharacterErrorRate,
    "wer": WordErrorRate,
    "boxes": Boxes,
}


@dataclass(frozen=True)
class Rule:
    """One way to mark. The same answer and expected value give the same reading at any time."""

    kind: str
    options: Options

    @property
    def needs_expected(self) -> bool:
        return bool(getattr(self.options, "needs_expected", True))

    def judge(
        self,
        answer: str,
        expected: str,
        *,
        sizes: tuple[tuple[int, int], ...] = (),
        model: str = "",
    ) -> Reading:
        """Read an answer. sizes and model are what boxes are read by: see `reading.Answer`."""
        if len(answer) > MAX_ANSWER or len(expected) > MAX_EXPECTED:
            return unread("Texts as long as these are not marked by a rule.")
        if self.needs_expected and not expected.strip():
            return unread("The case has no expected value.")
        return self.options.judge(Answer(part(answer).answer, expected, sizes, model))


def parse_rule(plain: object) -> Rule:
    """Return the rule that plain JSON describes; raise RuleError with what is wrong about it."""
    if not isinstance(plain, dict) or not isinstance(kind := plain.get("rule"), str):
        raise RuleError("A rule is an object that has its name under “rule”.")
    if kind not in KINDS:
        raise RuleError(f"There is no rule “{kind}”; there are {', '.join(KINDS)}.")
    known = {one.name: one for one in fields(KINDS[kind])}
    unknown = [str(name) for name in plain if name != "rule" and name not in known]
    if unknown:
        takes = ", ".join(known)
        raise RuleError(f"The rule {kind} has no “{unknown[0]}”; it has {takes}.")
    given = {name: _checked(known[name], plain[name]) for name in plain if name != "rule"}
    return Rule(kind, KINDS[kind](**given))


def _checked(option: Field[Any], given: Any) -> Any:
    """Return the value of an option, which is of the kind of its default."""
    choices = option.metadata.get("choices")
    if choices and given not in choices:
        named = ", ".join(filter(None, choices))
        raise RuleError(f"{option.name} is one of {named}, not {given!r}.")
    for default, fits, said in _TYPES:
        if isinstance(option.default, default):
            if not fits(given):
                raise RuleError(f"{option.name} is {said}, not {given!r}.")
            break
    return tuple(given) if isinstance(given, list) else given


def _is_amount(given: Any) -> bool:
    number = isinstance(given, int | float) and not isinstance(given, bool)
    return number and 0 <= given < 1e15 and isfinite(given)


def _is_names(given: Any) -> bool:
    return isinstance(given, list | tuple) and all(isinstance(one, str) for one in given)


_TYPES: tuple[tuple[type, Callable[[Any], bool], str], ...] = (
    (bool, lambda given: isinstance(given, bool), "true or false"),
    (float, _is_amount, "a number from 0 up"),
    (str, lambda given: isinstance(given, str), "text"),
    (tuple, _is_names, "a list of names"),
    (type(None), lambda given: given is None or isinstance(given, dict), "an object"),
)
