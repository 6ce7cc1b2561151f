"""What a list of History is asked for, whoever asks: a page, an export or the API."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from playground.runs.search import parse

if TYPE_CHECKING:
    from datetime import datetime

    from playground.runs.search import Term


@dataclass(frozen=True)
class HistoryFilters:
    """What the address asks for. filters: see `listing.CONDITIONS`; only those that are set."""

    filters: dict[str, str]
    start: datetime | None = None
    end: datetime | None = None
    q: str = ""
    ranked: bool = False

    @cached_property
    def terms(self) -> tuple[Term, ...] | None:
        """What is searched for: None for nothing, empty where no word can be found in it."""
        return parse(self.q) if self.q else None

    @property
    def is_wordless(self) -> bool:
        """Something is searched for that has neither letters nor digits."""
        return self.terms == ()
