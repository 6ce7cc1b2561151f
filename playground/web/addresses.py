"""Addresses of rows, each kind looked for once: reverse() takes as long as a cell of History."""

from functools import cache
from uuid import UUID

from django.urls import reverse

ANY = "00000000-0000-0000-0000-000000000000"


def address(name: str, pk: UUID) -> str:
    """Return the address of a page about the row that has this key."""
    return _pattern(name).replace(ANY, str(pk))


@cache
def _pattern(name: str) -> str:
    return reverse(name, args=[ANY])
