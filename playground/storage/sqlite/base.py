"""Django's SQLite backend; in a worker a connection that is closed is kept for the next thread.

Each connection reads the whole schema for itself, a third of a megabyte and some milliseconds.
"""

import sqlite3
from typing import Any

from django.db.backends.sqlite3 import base

from playground.storage.shared_connections import Connections, PassesOn
from playground.storage.sqlite.functions import teach


class KnowingWrapper(base.DatabaseWrapper):
    """Its connections know, from their opening on, what the triggers of the search call."""

    knows_scripts = True

    def get_new_connection(self, conn_params: dict[str, Any]) -> sqlite3.Connection:
        opened: sqlite3.Connection = super().get_new_connection(conn_params)
        teach(opened)
        return opened


class DatabaseWrapper(PassesOn, KnowingWrapper):
    kept = Connections(32, 10.0, strict=False)

    def is_sound(self) -> bool:
        return not self.errors_occurred and not self.connection.in_transaction
