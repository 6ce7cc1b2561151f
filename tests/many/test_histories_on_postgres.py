"""Histories by seeds on PostgreSQL: its locks, its order and its lost connections."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.simulation import mutations
from tests.simulation.ground import ground
from tests.simulation.history import of_seed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.plugin import DjangoDbBlocker

    from tests.servers import PostgresServer
    from tests.simulation.ground import Ground

pytestmark = pytest.mark.processes


@pytest.fixture
def played(postgres: PostgresServer, django_db_blocker: DjangoDbBlocker) -> Iterator[Ground]:
    with django_db_blocker.unblock(), ground(postgres.url("simulated")) as made:
        yield made


def test_the_books_are_right_on_postgres(played: Ground) -> None:
    histories = map(of_seed, range(20))
    assert {one.seed: found for one in histories if (found := played.play(one))} == {}


def test_a_product_made_wrong_is_caught_on_postgres(played: Ground) -> None:
    with mutations.applied("retry_unknown_outcome"):
        assert any(played.play(of_seed(seed)) for seed in range(50))
