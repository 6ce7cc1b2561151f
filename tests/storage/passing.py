"""What holds of the connections that threads pass on, whatever the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.backends.base.base import BaseDatabaseWrapper


class PassedOn:
    def test_the_next_thread_gets_the_connection_that_was_given_back(
        self, opened: Callable[[], BaseDatabaseWrapper]
    ) -> None:
        first = opened()
        raw = first.connection
        first.close()
        assert (first.connection, opened().connection) == (None, raw)

    def test_two_threads_at_a_time_never_share_one(
        self, opened: Callable[[], BaseDatabaseWrapper]
    ) -> None:
        assert opened().connection is not opened().connection
