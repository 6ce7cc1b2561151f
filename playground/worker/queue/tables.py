"""Makes the tables of a queue that lives in a database, so that `migrate` is the only command.

Huey would make them when it is imported; then even `manage.py check` needed the server.
"""

from typing import Any

from huey.contrib.djhuey import HUEY


def create_tables(**_signal: Any) -> None:
    """Create what is not there yet. A storage without tables, as Redis, is left alone."""
    initialize = getattr(HUEY.storage, "initialize_schema", None)
    if initialize:
        initialize()
