"""Where a server is and how to speak to it. Imports nothing, so that settings can."""

import re
from dataclasses import dataclass, field

# As rows name them; further ones are slugs of servers.
DEMO, WAVESPEED, THIS_MACHINE = "demo", "wavespeed", "this-machine"
NO_MODEL = frozenset({DEMO, THIS_MACHINE})  # what answers there is no model, and costs nothing
TEXT_READER = f"text-reader@{THIS_MACHINE}"  # its model, as a form and a run name it
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,29}")  # of a server
_SECRET = re.compile(r"auth|key|token|secret|cookie", re.IGNORECASE)


@dataclass(frozen=True)
class Server:
    """Where a server is and how to speak to it. slug: its name in rows and in the form.

    url: up to and with `/v1` or another version. headers: further ones, such as an account's.
    kind: see providers/kinds.py.
    """

    slug: str
    url: str
    name: str = ""
    key: str = field(default="", repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    kind: str = "openai"

    @property
    def secrets(self) -> list[str]:
        """The key, and what headers hold that are named like one: nothing to show anywhere."""
        held = [value for name, value in self.headers if _SECRET.search(name)]
        return [one.removeprefix("Bearer ").strip() for one in (self.key, *held) if one]
