"""Where a server is and how to speak to it. Imports nothing, so that settings can."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Server:
    """Where a server is and how to speak to it. slug: its name in rows and in the form.

    url: up to and with `/v1`. headers: further ones, such as an account's.
    """

    slug: str
    url: str
    name: str = ""
    key: str = field(default="", repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
