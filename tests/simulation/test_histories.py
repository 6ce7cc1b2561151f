"""Whatever goes wrong in whatever order: charged once, nothing lost, everything ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.simulation import mutations
from tests.simulation.ground import Ground, ground
from tests.simulation.history import Fault, History, Step, of_seed
from tests.simulation.shrink import shortest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.plugin import DjangoDbBlocker

BLOCKS, BLOCK_SIZE = 4, 25  # so that several processes of the tests share them


@pytest.fixture
def played(django_db_blocker: DjangoDbBlocker) -> Iterator[Ground]:
    with django_db_blocker.unblock(), ground() as made:
        yield made


@pytest.mark.parametrize("block", range(BLOCKS))
def test_the_books_are_right_after_each_history(played: Ground, block: int) -> None:
    histories = map(of_seed, range(block * BLOCK_SIZE, (block + 1) * BLOCK_SIZE))
    wrong = {one.seed: found for one in histories if (found := played.play(one))}
    assert wrong == {}  # `python -m benchmarks.simulate --seed N` shows the shortest history


def test_a_history_is_the_same_whenever_it_is_played(played: Ground) -> None:
    def course() -> tuple[object, ...]:
        played.play(of_seed(8))
        assert played.world
        return played.world.used, played.world.clock.now, played.world.births()

    assert course() == course()


def test_a_history_is_the_same_once_it_was_written_down() -> None:
    assert History.from_json(of_seed(5).as_json()) == of_seed(5)


@pytest.mark.parametrize("name", mutations.CHEAPEST)
def test_a_product_made_wrong_is_caught_within_fifty_seeds(played: Ground, name: str) -> None:
    with mutations.applied(name):
        assert any(played.play(of_seed(seed)) for seed in range(50))


def test_what_fails_is_made_as_short_as_it_can_be(played: Ground) -> None:
    steps = (Step(0.0, "press", 0, 0), Step(1.0, "take_back", 5), Step(2.0, "tidy", 0))
    faults = (Fault("poll", 3, "429", 0.5), Fault("post", 0, "cut", 0.5))
    with mutations.applied("retry_unknown_outcome"):
        short = shortest(History(1, steps, faults), played.play)
    assert (short.steps, short.faults) == (steps[:1], faults[1:])
