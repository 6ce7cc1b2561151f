"""What a process does about its memory before it starts threads."""

import ctypes
import gc

ARENA_MAX = -8  # M_ARENA_MAX of malloc.h


def save_memory() -> None:
    """Give back what is free, and share what threads are given.

    glibc keeps the one unless asked, and gives hundreds of threads a heap each, up to eight a
    processor. Others have no such calls.
    """
    gc.collect()
    system = ctypes.CDLL(None)
    if hasattr(system, "malloc_trim"):
        system.malloc_trim(0)
        system.mallopt(ARENA_MAX, 2)
