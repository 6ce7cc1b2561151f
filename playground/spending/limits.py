"""How many runs and units of spending a member and the whole site may start, and in what time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
WINDOWS = {"minute": MINUTE, "day": DAY}


@dataclass(frozen=True)
class Limit:
    """At most so many runs or units within a window that moves along with the clock."""

    name: str  # as in the settings: MEMBER_RUNS_MINUTE
    most: int

    @property
    def site(self) -> bool:
        return self.name.startswith("SITE_")

    @property
    def kind(self) -> str:
        """`runs` or `units`."""
        return self.name.split("_")[1].lower()

    @property
    def word(self) -> str:
        """`minute` or `day`."""
        return self.name.split("_")[2].lower()

    @property
    def window(self) -> timedelta:
        return WINDOWS[self.word]


def limits(account_id: int | None) -> list[Limit]:
    """Return what limits this account; without one, as on a local playground, the site alone."""
    found = [Limit(name, most) for name, most in settings.LIMITS.items() if most]
    return [one for one in found if one.site or account_id is not None]
