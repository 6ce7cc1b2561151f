"""How long it takes to compare six answers of 4,000 words: `python -m benchmarks.differences`.

Three kinds: answers that mostly agree, answers that say the same in other words, and answers that
share nothing but the commonest words. Prints the median of some rounds; over 50 ms it fails.
"""

from __future__ import annotations

import random
import statistics
import sys
from time import perf_counter

from playground.comparisons.diff.conflicts import conflicts
from playground.comparisons.diff.disagreement import disagreement
from playground.comparisons.diff.marking import mark_unshared
from playground.rendering import render

ANSWERS = 6
WORDS = 4_000
ROUNDS = 15
LIMIT_MS = 50
COMMONEST = "the of and to in is a that it on with as for this are at by from not be"
COMMON = COMMONEST.split()


def vocabulary(chance: random.Random, size: int) -> list[str]:
    letters = "etaoinshrdlucmfwypvbgkjqxz"
    return ["".join(chance.choices(letters, k=chance.randint(3, 10))) for _ in range(size)]


def sentence(chance: random.Random, words: list[str]) -> list[str]:
    """Some 14 words, one in three a common one and one in twenty a number."""
    said = [chance.choice(COMMON if chance.random() < 0.34 else words) for _ in range(14)]
    if chance.random() < 0.7:
        said[chance.randrange(14)] = f"{chance.randint(1, 9_999) / 10:.2f}"
    return said


def answer(chance: random.Random, sentences: list[list[str]], change: float) -> str:
    """Markdown of 4,000 words with a table of 60 rows; so much of its words are other ones."""
    own = vocabulary(chance, 300)
    changed = [
        [chance.choice(own) if chance.random() < change else word for word in said]
        for said in sentences
    ]
    lines = [" ".join(said).capitalize() + "." for said in changed]
    text = [" ".join(lines[i : i + 6]) for i in range(0, len(lines), 6)]
    prices = [
        f"| item {i} | {i % 7} | {i * 1.5 + (chance.random() < change):.2f} |" for i in range(60)
    ]
    table = "\n".join(["| Item | Quantity | **Total** |", "|---|--:|--:|", *prices])
    return "\n\n".join(["# Answer", *text, table, "- Total: 41.20\n- Tax: 3.50"])


def answers(kind: str) -> list[str]:
    chance = random.Random(kind)
    words = vocabulary(chance, 1_200)
    count = (WORDS - 60 * 4) // 14
    shared = [sentence(chance, words) for _ in range(count)]
    if kind == "agreeing":
        return [answer(chance, shared, 0.02) for _ in range(ANSWERS)]
    if kind == "reworded":
        return [answer(chance, shared, 0.30) for _ in range(ANSWERS)]
    own = [vocabulary(chance, 1_200) for _ in range(ANSWERS)]
    return [answer(chance, [sentence(chance, words) for _ in range(count)], 0) for words in own]


def median_ms(compare: object, *arguments: object) -> float:
    times = []
    for _ in range(ROUNDS):
        start = perf_counter()
        compare(*arguments)  # type: ignore[operator]
        times.append(perf_counter() - start)
    return statistics.median(times) * 1_000


def main() -> int:
    worst = 0.0
    for kind in ("agreeing", "reworded", "unlike"):
        texts = answers(kind)
        htmls = [render(text).html for text in texts]
        marking = median_ms(mark_unshared, htmls)
        strip = median_ms(conflicts, texts)
        row = median_ms(disagreement, texts)
        worst = max(worst, marking + strip)
        print(f"{kind}, {len(texts[0].split()):,} words each:")
        print(f"  differences, notes and marks {marking:.1f} ms + conflicts {strip:.1f} ms")
        print(f"  apart from the page: disagreement {row:.1f} ms")
    print(f"worst {worst:.1f} ms, allowed {LIMIT_MS} ms")
    return int(worst > LIMIT_MS)


if __name__ == "__main__":
    sys.exit(main())
