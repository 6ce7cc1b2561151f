"""How many values of drawn receipts, forms and charts the reader and the matching find.

    python -m benchmarks.evidence             # 200 images, about ten minutes on two cores
    python -m benchmarks.evidence --count 20

By the size of the letters, and of the same values with one digit altered. Then how long matching
takes for six answers of sixty values on four of the images.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from playground.evidence.matching.trace import trace
from playground.reading.process import Bounds, Reader
from playground.rendering import render
from tests.evidence.drawn import SIZES, Drawing, Figures, drawing

if TYPE_CHECKING:
    from playground.reading.lines import Reading

SMALL = (5, 6, 7, 8, 9)
ANSWERS, IMAGES, VALUES, TRIES = 6, 4, 60, 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--small", action="store_true", help="letters of 5 to 9 pixels")
    chosen = parser.parse_args()
    sizes = SMALL if chosen.small else SIZES
    by_size: dict[int, Figures] = defaultdict(Figures)
    pairs = []
    with tempfile.TemporaryDirectory() as folder:
        reader = Reader(Path(folder) / "lock", Bounds(seconds=60))
        for seed in range(chosen.count):
            drawn = drawing(seed, sizes[seed % len(sizes)])
            pairs.append((drawn, reader.read(drawn.jpeg)))
            by_size[drawn.size].add(*pairs[-1], seed)
        reader.end()
    for size, one in sorted(by_size.items()):
        print(f"{size:2} px: {one.found} of {one.true} found, {one.found / one.true:.1%};", end=" ")
        print(f"{one.found_altered} of {one.altered} altered")
    print(f"matching: {_milliseconds(pairs[:IMAGES]):.0f} ms")


def _milliseconds(pairs: list[tuple[Drawing, Reading]]) -> float:
    """Return the time of the quickest try, of the processor."""
    values = [value for drawn, _ in pairs for value in drawn.values]
    lines = [f"- It says {value}, no. {place}" for place, value in enumerate(values)][:VALUES]
    answers = {chr(97 + n): render("\n".join(lines)).html for n in range(ANSWERS)}
    times = []
    for _ in range(TRIES):
        start = time.process_time()
        trace(answers, [reading for _, reading in pairs])
        times.append(time.process_time() - start)
    return 1000 * min(times)


if __name__ == "__main__":
    main()
