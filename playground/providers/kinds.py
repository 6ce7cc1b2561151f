"""The kinds of servers that runs can be sent to: one entry each, read when it is first needed.

Settings read the names, so nothing of a kind is imported before a server of it is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from playground.providers.base import ImageFile, Provider
    from playground.providers.server import Server

    MakeProvider = Callable[[Server, Callable[[str], ImageFile]], Provider]

OPENAI = "openai"


@dataclass(frozen=True)
class Kind:
    """title: as people choose it. path: `module:Class`. end: what addresses end with."""

    title: str
    path: str
    end: str = ""


KINDS = {
    OPENAI: Kind("OpenAI's chat completions", "playground.providers.openai.provider:OpenAI", "/v1"),
}


def class_of(kind: str) -> type:
    """Return the class. Raises KeyError for a kind that this version does not know."""
    module, _, name = KINDS[kind].path.partition(":")
    return cast("type", getattr(import_module(module), name))


def address_of(kind: str, url: str) -> str:
    """Return a server's address as it is kept: without a slash, with the end that its kind has."""
    url, end = url.rstrip("/"), KINDS[kind].end if kind in KINDS else ""
    return url if url.endswith(end) else f"{url}{end}"
