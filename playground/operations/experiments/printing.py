"""What an experiment says on a terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playground.web.formatting import counted, money

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playground.spending.prices import Estimate


@dataclass(frozen=True)
class Plan:
    """What would be started. words: 40 cases × 6 variants."""

    words: str
    cost: Estimate


@dataclass(frozen=True)
class Seen:
    """How far an experiment is. why: it waits or is paused."""

    state: str
    ended: int
    total: int
    why: str

    @property
    def words(self) -> str:
        return f"{self.ended:,} of {self.total:,} runs have ended. {self.why}".strip()


VERDICTS = {
    "a": "the first is right more often",
    "b": "the second is right more often",
    "equal": "equal within 2 points",
    "undecided": "not decided",
}


def cost_words(cost: Estimate) -> str:
    """Say about what it costs, or that this is not known."""
    if cost.is_free:
        return "no charge"
    if cost.amount is not None:
        return f"about {money(cost.amount)}"
    units = f" ({counted(cost.units, 'unit', ',')})" if cost.units else ""
    return f"for a price that is not known{units}"


def outcome_lines(result: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for each variant, then one for each pair."""
    variants = result["variants"]
    width = max(len(one["label"]) for one in variants)
    for one in variants:
        yield _variant(one, width)
    if len(variants) > 1:
        yield ""
    for pair in result["pairs"]:
        yield _pair(pair, [one["label"] for one in variants])


def _variant(one: Mapping[str, Any], width: int) -> str:
    parts = [f"{one['label']:<{width}}  {one['right']} of {one['n']} right"]
    if one["interval"]:
        low, high = (round(100 * end) for end in one["interval"])
        parts.append(f"{100 * one['share']:.0f} % ({low} to {high})")
    parts += [f"mean score {one['score']:.2f}"] if one["score"] is not None else []
    parts += [f"${float(one['cost']):.4f}"] if one["cost"] else []
    parts += [f"{one['seconds']:.1f} s"] if one["seconds"] is not None else []
    parts += [f"{one['failed']} failed"] if one["failed"] else []
    return ", ".join(parts)


def _pair(pair: Mapping[str, Any], labels: list[str]) -> str:
    names = f"{labels[pair['a']]} and {labels[pair['b']]}"
    if pair["verdict"] == "too_few":
        return f"{names}: too few cases with a verdict for both"
    only_a, only_b = pair["only_a"], pair["only_b"]
    said = f"{names} differ on {counted(only_a + only_b, 'case', ',')}, {only_a} for the first"
    said += f": {VERDICTS[pair['verdict']]} (p {pair['p']:.2g}, corrected {pair['p_holm']:.2g})"
    more = pair["more_cases"]
    return said + (f"; about {more:,} more cases would decide it" if more else "")


def best_share(result: Mapping[str, Any]) -> float:
    """Return the share of right answers of the best variant; 0 where nothing was marked."""
    return max((one["share"] or 0.0 for one in result["variants"]), default=0.0)
