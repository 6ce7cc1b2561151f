"""How many formulas of the corpus are shown right: `python -m benchmarks.formulas`.

Counts what is right, shown as its source and silently wrong, for KaTeX's own list and for what
models write, and how long one formula takes. Fails if one is silently wrong.
"""

from __future__ import annotations

import sys
from collections import Counter
from time import perf_counter

from tests.rendering.corpus import formulas, judge

VERDICTS = ("right", "source", "wrong")


def main() -> int:
    judge(formulas()[0])  # the converter is loaded with the first one
    begun = perf_counter()
    judged = [(formula, judge(formula)) for formula in formulas()]
    taken = (perf_counter() - begun) * 1000 / len(judged)
    for source in ("katex", "answers"):
        counted = Counter(verdict for formula, verdict in judged if formula.source == source)
        counts = "  ".join(f"{verdict} {counted[verdict]:3}" for verdict in VERDICTS)
        print(f"{source:8}  {counts}")
    print(f"{taken:.2f} ms each")
    wrong = [formula.latex for formula, verdict in judged if verdict == "wrong"]
    print("\n".join(wrong))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
