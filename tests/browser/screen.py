"""One screen of the product: what it is called, where it is and how its state is brought about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page


@dataclass
class Screen:
    """One picture at each width. statuses: errors that belong to it. whole: beyond the window."""

    name: str
    address: str
    act: Callable[[Page], object] = lambda _page: None
    statuses: tuple[int, ...] = ()
    whole: bool = True
