"""What is said of two variants: who is ahead, how surely, and what more certainty costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from playground.experiments.statistics.forecast import MAX_MORE_CASES
from playground.experiments.statistics.pairs import MIN_CASES, Pair, Verdict
from playground.web.formatting import counted, money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playground.comparisons.labels import Label
    from playground.experiments.outcome import Outcome, Standing

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Share:
    """A part of the bar below the sentence. style: its class. x, width: percent."""

    show: str
    style: str
    words: str
    count: int
    x: float
    width: float


@dataclass(frozen=True)
class Decision:
    """Two variants in the roles A and B."""

    a: Standing
    b: Standing
    labels: tuple[Label, Label]
    pair: Pair
    pairs: int

    @property
    def only(self) -> tuple[int, int]:
        """Cases that only A, and only B, has right."""
        return self.pair.only_a, self.pair.only_b

    @property
    def differ(self) -> int:
        return sum(self.only)

    @property
    def verdict(self) -> str:
        """The end of the sentence, in words."""
        verdict = self.pair.verdict
        if verdict is Verdict.TOO_FEW:
            return f"fewer than {MIN_CASES} images with a verdict for both: none is given"
        words = {
            Verdict.A: "A is right more often",
            Verdict.B: "B is right more often",
            Verdict.EQUAL: "equal within 2 points",
        }
        return words.get(verdict, "not decided")

    @property
    def is_counted(self) -> bool:
        """Whether there are enough cases for a p."""
        return self.pair.verdict is not Verdict.TOO_FEW

    @property
    def forecast(self) -> str:
        """What would decide it; empty where it is decided."""
        if self.pair.verdict is not Verdict.UNDECIDED:
            return ""
        more = self.pair.more_cases
        if more is None:
            return "Both are right equally often: more images would show no difference."
        if more >= MAX_MORE_CASES:
            return f"More than {MAX_MORE_CASES:,} further images would be needed to decide it."
        price = self._price(more)
        costs = f", about {price}," if price else ""
        return f"About {more:,} more images{costs} would decide it four times in five."

    def _price(self, cases: int) -> str:
        bills = [self.a.cost, self.b.cost]
        if any(one.unpriced or one.amount is None for one in bills) or not self.pair.n:
            return ""
        price = (self.a.cost_of_case + self.b.cost_of_case) * cases
        return money(price.quantize(CENT if price >= CENT else Decimal("0.0001")))

    @property
    def shares(self) -> list[Share]:
        pair, x, found = self.pair, 0.0, []
        parts = [
            ("both", "Both right", pair.both),
            ("a", "Only A", pair.only_a),
            ("b", "Only B", pair.only_b),
            ("neither", "Neither", pair.neither),
        ]
        for show, words, count in parts:
            width = 100 * count / pair.n if pair.n else 0.0
            found.append(Share(show, self._style(show), words, count, x, width))
            x += width
        return found

    def _style(self, show: str) -> str:
        """Return a class: the vendor's colour for what one of them alone has right."""
        if show not in {"a", "b"}:
            return show
        first, second = (label.model.vendor_class for label in self.labels)
        if show == "a":
            return f"mark {first}"
        return f"mark {second}" + (" same-vendor" if first == second else "")

    @property
    def of(self) -> str:
        return counted(self.pair.n, "image", ",")


def decision_of(outcome: Outcome, labels: Sequence[Label], a: int, b: int) -> Decision | None:
    """Return what is said of two variants by their places; None where they are one."""
    if a == b or not outcome.pairs:
        return None
    pair = _turned(outcome.pair(a, b), a)
    chosen = (labels[a], labels[b])
    return Decision(outcome.standings[a], outcome.standings[b], chosen, pair, len(outcome.pairs))


def _turned(pair: Pair, a: int) -> Pair:
    """Return the pair with this variant as its A."""
    if pair.a == a:
        return pair
    turned = {Verdict.A: Verdict.B, Verdict.B: Verdict.A}
    low, high = pair.difference
    return replace(
        pair,
        a=pair.b,
        b=pair.a,
        only_a=pair.only_b,
        only_b=pair.only_a,
        difference=type(pair.difference)(-high, -low),
        verdict=turned.get(pair.verdict, pair.verdict),
    )


def first_choice(standings: Sequence[Standing]) -> tuple[int, int]:
    """Return the two that are right most often, the better one first."""
    order = sorted(range(len(standings)), key=lambda one: -(standings[one].share or 0))
    return (order[0], order[1]) if len(order) > 1 else (0, 0)
