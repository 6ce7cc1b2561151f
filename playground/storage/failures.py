"""What no further try will mend: a full disk, a bucket that is not there."""

import errno

from django.db import DatabaseError

from playground.storage.media import StorageUnusableError

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
BROKEN = {errno.EROFS, errno.EIO}
FULL_IN_A_DATABASE = ("disk is full", "No space left on device")
DISK_IS_FULL = "the disk is full"
FORBIDDEN = (PermissionError, FileExistsError, NotADirectoryError)  # a file in a folder's place
NOT_WRITABLE = "the folder of pictures cannot be used"


def lasting(error: BaseException) -> str:
    """Return what no further try will mend, for anybody to read; nothing where one may."""
    if isinstance(error, StorageUnusableError):
        return error.brief
    if isinstance(error, FORBIDDEN) or (isinstance(error, OSError) and error.errno in BROKEN):
        return NOT_WRITABLE
    return DISK_IS_FULL if is_full(error) else ""


def is_full(error: BaseException) -> bool:
    if isinstance(error, DatabaseError):
        return any(words in str(error) for words in FULL_IN_A_DATABASE)
    return isinstance(error, OSError) and error.errno in FULL
