"""The reader and the matching together, on drawn images. All 200: `benchmarks/evidence.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playground.reading.process import Bounds, Reader
from tests.evidence.drawn import Figures, drawing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SEEDS, SIZES = range(3), (16, 18, 20)


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Figures]:
    folder: Path = tmp_path_factory.mktemp("reader")
    reader, found = Reader(folder / "lock", Bounds(seconds=120)), Figures()
    for seed in SEEDS:
        drawn = drawing(seed, SIZES[seed % len(SIZES)])
        found.add(drawn, reader.read(drawn.jpeg), seed)
    yield found
    reader.end()


def test_values_of_sixteen_pixels_and_more_are_found(figures: Figures) -> None:
    assert figures.true >= 25
    assert figures.found >= 0.98 * figures.true


def test_values_with_a_digit_altered_are_not_found(figures: Figures) -> None:
    assert figures.altered >= 15
    assert figures.found_altered <= 0.01 * figures.altered
