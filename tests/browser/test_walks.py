"""Three short walks by seeds; `python -m tests.walks --seeds 0:50` goes further."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.walks.ground import Ground
from tests.walks.walk import Walks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    with Ground("local") as ground:
        yield ground


@pytest.mark.parametrize(("seed", "width"), [(0, 1440), (1, 390), (2, 1440)])
def test_a_walk_finds_nothing_wrong(chrome: Browser, ground: Ground, seed: int, width: int) -> None:
    Walks(chrome, ground, width, max_steps=16).by_seed(seed)
