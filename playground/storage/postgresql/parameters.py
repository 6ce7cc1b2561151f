"""How a connection beside Django's own is opened: by the very parameters that Django would use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.db import DEFAULT_DB_ALIAS
from django.db.utils import ConnectionHandler

if TYPE_CHECKING:
    import psycopg


def connection_parameters(database: dict[str, Any]) -> dict[str, Any]:
    """Return what psycopg is given for a database as the setting DATABASES describes one.

    TLS, sockets and time-outs hold for it as they do for Django's; nothing is prepared on the
    server, since a pooler may lend another session to each transaction.
    """
    return dict(_backend(database).get_connection_params())


def connect(database: dict[str, Any], **other: Any) -> psycopg.Connection[Any]:
    opened = _backend(database).Database.connect(**connection_parameters(database), **other)
    return cast("psycopg.Connection[Any]", opened)


def _backend(database: dict[str, Any]) -> Any:
    return ConnectionHandler({DEFAULT_DB_ALIAS: database})[DEFAULT_DB_ALIAS]
