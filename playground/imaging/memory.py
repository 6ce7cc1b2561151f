"""Gives the memory of decoded pictures back to the system, where glibc would keep it.

glibc raises the size from which a block has a mapping of its own to the largest that was ever
freed, up to 32 MB. From then on decoded pictures lie in the arenas of the threads that decoded them
and stay there, in pieces, for as long as the process lives.
"""

import ctypes
import functools
from contextlib import suppress
from typing import Any

_M_MMAP_THRESHOLD = -3
LARGE_BYTES = 256 * 1024  # a block of so much has a mapping of its own and is given back when freed


@functools.cache
def _libc() -> Any:
    """Return glibc, told once to keep no large block; None where another library allocates."""
    with suppress(OSError, AttributeError):
        found = ctypes.CDLL(None)
        found.malloc_trim.argtypes = [ctypes.c_size_t]
        found.mallopt(_M_MMAP_THRESHOLD, LARGE_BYTES)
        return found
    return None


def prepare() -> None:
    """Before the first picture is decoded: large blocks are given back by themselves."""
    _libc()


def give_back() -> None:
    """After a picture: what its decoder left behind in small blocks goes too."""
    libc = _libc()
    if libc is not None:
        libc.malloc_trim(0)
