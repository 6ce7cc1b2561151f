"""How long texts are once the variables of a case are filled in, without filling them in."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple, Protocol

from playground.submission.variables import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from playground.experiments.plan import Column

MAX_FILLED_LENGTH = 100_000  # characters, as a prompt of the composer


class Asked(Protocol):
    """What a case asks: its own question, if it has one, and its variables."""

    @property
    def question(self) -> str: ...
    @property
    def variables(self) -> Mapping[str, str]: ...


def too_long(columns: Sequence[Column], cases: Iterable[Asked]) -> Iterator[int]:
    """Yield the places of cases whose filled texts would be too long: gigabytes, perhaps."""
    shared = [_Length.of(text) for one in columns for text in (one.prompt, one.system_prompt)]
    for at, case in enumerate(cases):
        own = [_Length.of(case.question)] if case.question else []
        if any(one.filled(case.variables) > MAX_FILLED_LENGTH for one in (*shared, *own)):
            yield at


class _Length(NamedTuple):
    """The length of a text, and how often each variable stands in it and how long."""

    plain: int
    variables: Counter[tuple[str, int]]

    @classmethod
    def of(cls, text: str) -> _Length:
        found = Counter((one[1], len(one[0])) for one in VARIABLE.finditer(text))
        return cls(len(text), found)

    def filled(self, values: Mapping[str, str]) -> int:
        return self.plain + sum(
            times * (len(values[name]) - length)
            for (name, length), times in self.variables.items()
            if name in values
        )
