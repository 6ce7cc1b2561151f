"""What went wrong in one sentence, where somebody has to do something before it can go right."""

import errno

from django.core.exceptions import ImproperlyConfigured
from django.db import InterfaceError, OperationalError, connection
from django.db.migrations.exceptions import InconsistentMigrationHistory

from playground.operations.trials import TroubleError, try_database, try_queue
from playground.storage.failures import is_full
from playground.storage.media import StorageAwayError
from playground.worker.queue.settings import storage_errors

FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
READ_ONLY = "readonly database"


def in_a_line(error: BaseException) -> str | None:
    """Return what an operator has to know and do; None for a fault of the program's own."""
    if isinstance(error, ImproperlyConfigured | StorageAwayError):
        return str(error)
    if is_full(error):
        return f"The disk is full{_place(error)}. Free some space, then do this again."
    if isinstance(error, InconsistentMigrationHistory):
        return f"The database has had its migrations in another order: {error} Put back a backup."
    if isinstance(error, OperationalError) and READ_ONLY in str(error):
        place = connection.settings_dict["NAME"]
        return f"The database {place} cannot be written to. Have it given to whoever runs this."
    if isinstance(error, OperationalError | InterfaceError):
        return _what_is_away() or f"The database refused: {str(error).strip().splitlines()[0]}."
    if isinstance(error, OSError) and error.errno in FORBIDDEN and error.filename:
        words = f"{error.filename} cannot be used: {error.strerror}."
        return f"{words} Check who owns it, or choose another folder."
    return _what_is_away() if isinstance(error, storage_errors()) else None


def _place(error: BaseException) -> str:
    filename = getattr(error, "filename", None)
    return f": {filename}" if filename else ""


def _what_is_away() -> str | None:
    for ask in (try_database, try_queue):
        try:
            ask()
        except TroubleError as trouble:
            return str(trouble)
    return None
