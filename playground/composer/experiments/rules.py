"""The rules of the form: a row for each, with its kind and the settings of that kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playground.composer.experiments.rule_forms import FORMS, UNSEEN
from playground.experiments.plan import DEFAULT_RULE, MAX_RULES
from playground.experiments.rules.reading import shortened, unread
from playground.experiments.rules.titles import TITLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.http import QueryDict

    from playground.composer.experiments.rule_forms import RuleForm
    from playground.experiments.rules.reading import Reading

    Settings = tuple[str, Mapping[str, Any]]  # kind, and what its fields hold


@dataclass(frozen=True)
class RuleRow:
    """is_new: its kind was chosen, and the page had no settings of it yet."""

    place: int
    kind: str
    form: RuleForm
    is_new: bool = False

    @property
    def name(self) -> str:
        return f"rule-{self.place}"

    @property
    def title(self) -> str:
        return TITLES[self.kind]


@dataclass(frozen=True)
class Tried:
    """What a rule says of an answer that was typed to try it."""

    title: str
    reading: Reading
    expected: str

    @property
    def right(self) -> bool | None:
        return self.reading.right

    @property
    def words(self) -> str:
        """As in `read 429.57, expected 429.57: right`."""
        read, right, score, reason = self.reading
        if right is None:
            return f"not marked. {reason}"
        words = f"read {read or 'nothing'}, expected {shortened(self.expected) or 'nothing'}: "
        words += "right" if right else "wrong"
        words += "" if score is None else f", score {score:.2f}"
        return f"{words}. {reason}" if reason else words


class RuleRows:
    """The first decides what is right; each of the others is one more column."""

    kinds = tuple(TITLES.items())
    unseen = UNSEEN

    def __init__(self, rows: Sequence[RuleRow]) -> None:
        self.rows = rows

    @classmethod
    def of(cls, rules: Iterable[Mapping[str, Any]]) -> RuleRows:
        """Show rules as JSON has them."""
        known = [one for one in rules if one.get("rule") in FORMS]
        return cls._shown((one["rule"], one) for one in known or [DEFAULT_RULE])

    @classmethod
    def posted(cls, data: QueryDict) -> RuleRows:
        """Read the fields of a page; settings of another kind than the chosen one do not count."""
        rows = []
        for place in range(MAX_RULES):
            name = f"rule-{place}"
            kind = data.get(name, "")
            if kind not in FORMS:
                break
            is_new = data.get(f"{name}-of") != kind
            form = FORMS[kind](_usual(kind, name) if is_new else data, prefix=name)
            rows.append(RuleRow(place, kind, form, is_new))
        return cls(rows) if rows else cls.of([])

    @classmethod
    def _shown(cls, settings: Iterable[Settings]) -> RuleRows:
        """Show rules with what their fields hold, unchecked."""
        rows = [
            RuleRow(place, kind, FORMS[kind](initial=dict(values), prefix=f"rule-{place}"))
            for place, (kind, values) in enumerate(settings)
        ]
        return cls(rows[:MAX_RULES])

    def _settings(self) -> list[Settings]:
        return [(one.kind, one.form.values) for one in self.rows]

    def unchecked(self) -> RuleRows:
        return self._shown(self._settings())

    def with_one_more(self) -> RuleRows:
        return self._shown([*self._settings(), (str(DEFAULT_RULE["rule"]), {})])

    def without(self, place: int | None) -> RuleRows:
        left = [one for at, one in enumerate(self._settings()) if at != place]
        return self._shown(left) if left else self

    @property
    def may_grow(self) -> bool:
        return len(self.rows) < MAX_RULES

    def are_valid(self) -> bool:
        return all(one.form.is_valid() for one in self.rows)

    def options(self) -> list[dict[str, Any]]:
        """Return valid rules as JSON has them."""
        return [one.form.options() for one in self.rows]

    def tried(self, answer: str, expected: str) -> list[Tried]:
        return [
            Tried(one.title, one.form.rule.judge(answer, expected), expected)
            if one.form.is_valid()
            else Tried(one.title, unread("It cannot be used as it is set."), expected)
            for one in self.rows
        ]


def _usual(kind: str, prefix: str) -> dict[str, Any]:
    """Return the settings that a rule of this kind has without being told, as a page sends them."""
    fields = FORMS[kind].base_fields.items()
    given = {name: field.prepare_value(field.initial) for name, field in fields}
    return {f"{prefix}-{name}": one for name, one in given.items() if one not in (None, False)}
