"""The kinds of servers that runs can be sent to: one entry each, read when it is first needed.

Settings read the names, so nothing of a kind is imported before a server of it is asked.
"""

import re
from dataclasses import dataclass
from importlib import import_module
from typing import cast
from urllib.parse import urlsplit

OPENAI, WAVESPEED_LLM = "openai", "wavespeed-llm"


@dataclass(frozen=True)
class Kind:
    """title: as people choose it. path: `module:Class`. end: what addresses end with.

    calls: what is called below an address; one that was copied with it says by itself where it is.
    is_fixed: whether its address and key are known, so that nobody types them.
    """

    title: str
    path: str
    end: str = ""
    calls: tuple[str, ...] = ()
    is_fixed: bool = False


KINDS = {
    OPENAI: Kind(
        "OpenAI's chat completions",
        "playground.providers.openai.provider:OpenAI",
        "/v1",
        ("/chat/completions", "/models"),
    ),
    WAVESPEED_LLM: Kind(
        "WaveSpeedAI's LLM service", "playground.providers.openai.provider:OpenAI", is_fixed=True
    ),
}
_VERSION = re.compile(r"/v\d[^/]*(/|$)")


def typed() -> tuple[str, ...]:
    """Return the kinds whose address somebody types."""
    return tuple(one for one, kind in KINDS.items() if not kind.is_fixed)


def class_of(kind: str) -> type:
    """Return the class. Raises KeyError for a kind that this version does not know."""
    module, _, name = KINDS[kind].path.partition(":")
    return cast("type", getattr(import_module(module), name))


def address_of(kind: str, url: str) -> str:
    """Return a server's address as it is kept: without a slash, with the end that its kind has.

    One that names a version, as `/v1beta/openai` or `/api/paas/v4`, is taken as it was written.
    """
    known, url = KINDS.get(kind, Kind("", "")), url.rstrip("/")
    for call in known.calls:
        if url.endswith(call):
            return url.removesuffix(call)
    written = url.endswith(known.end) or _VERSION.search(urlsplit(url).path)
    return url if written else f"{url}{known.end}"
