"""Rules that compare texts: equal, contained, and matching a pattern."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from playground.experiments.rules.reading import Answer, Reading, RuleError, shortened, unread
from playground.experiments.rules.wording import folded, unemphasised, unwrapped

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_PATTERN = 500
MAX_PATTERN_BYTES = 1 << 20  # of a pattern as it is compiled
MAX_STEPS = 40_000_000  # states of a pattern times characters of an answer: about a second


@dataclass(frozen=True)
class Folding:
    """What does not count where texts are compared."""

    ignore_case: bool = True
    ignore_space: bool = True
    ignore_punctuation: bool = False

    def fold(self, text: str) -> str:
        case, space, punctuation = self.ignore_case, self.ignore_space, self.ignore_punctuation
        return folded(text, case=case, space=space, punctuation=punctuation)


@dataclass(frozen=True)
class Equals(Folding):
    """The answer is the expected value, but for emphasis, quotes and a full stop around it."""

    def judge(self, answer: Answer) -> Reading:
        read, expected = unwrapped(answer.text), unwrapped(answer.expected)
        if not self.fold(answer.expected):
            return unread("The expected value is punctuation alone.")
        same = any(
            self.fold(one) == self.fold(other)
            for one, other in (
                (answer.text, answer.expected),
                (read, expected),
                (unemphasised(read), unemphasised(expected)),
            )
        )
        return Reading(shortened(read), same)


@dataclass(frozen=True)
class Contains(Folding):
    """The expected value stands somewhere in the answer. whole_words: and in no longer word."""

    whole_words: bool = False

    def judge(self, answer: Answer) -> Reading:
        sought, text = self.fold(answer.expected), self.fold(answer.text)
        if not sought:
            return unread("The expected value is punctuation alone.")
        texts = [text, unemphasised(text)]
        if self.whole_words:
            sought, texts = _words(sought), [_words(one) for one in texts]
        if any(sought in one for one in texts):
            return Reading(shortened(sought), right=True)
        return Reading(
            shortened(answer.text), right=False, reason="The answer does not contain it."
        )


def _words(text: str) -> str:
    """Return words and signs each between spaces."""
    return " ".join(["", *re.findall(r"\w+|[^\w\s]+", text), ""])


@dataclass(frozen=True)
class Matches:
    """A pattern is found in the answer; without one, the expected value is the pattern."""

    pattern: str = ""
    ignore_case: bool = False

    def __post_init__(self) -> None:
        if self.pattern:
            _compiled(self.pattern, self.ignore_case)

    @property
    def needs_expected(self) -> bool:
        return not self.pattern

    def judge(self, answer: Answer) -> Reading:
        try:
            pattern = _compiled(self.pattern or answer.expected, self.ignore_case)
        except RuleError as refused:
            return unread(str(refused))
        text = answer.text.encode("utf-8", "replace").decode()
        if len(text) * pattern.programsize > MAX_STEPS:
            return unread("The answer is too long for this pattern.")
        found = pattern.search(text)
        if not found:
            return Reading("", right=False, reason="The pattern is not found.")
        return Reading(shortened(found[0]), right=True)


@lru_cache(maxsize=64)
def _compiled(pattern: str, ignore_case: bool) -> Any:
    """Compile by RE2, which takes time in proportion to text and pattern, whatever they are."""
    import re2  # for experiments that have a pattern

    if len(pattern) > MAX_PATTERN:
        raise RuleError(f"The pattern is longer than {MAX_PATTERN} characters.")
    options = re2.Options()
    options.log_errors, options.max_mem = False, MAX_PATTERN_BYTES
    options.case_sensitive = not ignore_case
    compile_pattern: Callable[..., Any] = re2.compile
    try:
        return compile_pattern(pattern.encode("utf-8", "replace").decode(), options)
    except re2.error as refused:
        raise RuleError(_said(pattern, refused.args[0].decode())) from None


def _said(pattern: str, message: str) -> str:
    """Say where a pattern is wrong: RE2 names the part, and not its place."""
    what, _, part = message.partition(": ")
    place = pattern.find(part) if part else -1
    where = f" at character {place + 1}: “{part}”" if place >= 0 else ""
    return f"The pattern cannot be read{where} ({what})."
