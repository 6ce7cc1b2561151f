"""What an answer names as its sources, in the shapes that servers write them in."""

import re
from typing import Any

from playground.providers.base import Citation

MAX_CITATIONS = 100
_MAX_URL, _MAX_TITLE = 2000, 300
_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_LISTS = ["citations", "search_results", "references", "sources", "web_search", "annotations"]
_LISTS += ["groundingChunks", "grounding_chunks", "documents", "search_info", "executed_tools"]
_WHERE = ("url", "uri", "link", "href", "source")
_WHAT = ("title", "name", "site_name")
_INSIDE = ["url_citation", "web", "source", "document", "citation", "search_results", "sources"]
_INSIDE += ["results"]
_MESSAGES = ("message", "delta", "groundingMetadata", "grounding_metadata", "context")


def citations_of(answer: dict[str, Any]) -> tuple[Citation, ...]:
    """Return what is cited, in order, each address once; a title where any place has one."""
    found: dict[str, str] = {}
    choices = answer.get("choices") or answer.get("candidates")
    first = choices[0] if isinstance(choices, list) and choices else None
    for place in _places(answer, first):
        for name in _LISTS:
            _collect(place.get(name), found)
    return tuple(Citation(url, title) for url, title in list(found.items())[:MAX_CITATIONS])


def _places(answer: dict[str, Any], choice: Any) -> list[dict[str, Any]]:
    places = [answer, choice] if isinstance(choice, dict) else [answer]
    for _ in range(2):  # Azure has them in the context of the message
        inner = [place.get(name) for place in places for name in _MESSAGES]
        places += [one for one in inner if isinstance(one, dict)]
    return places


def _collect(value: Any, found: dict[str, str], depth: int = 6) -> None:
    if isinstance(value, str):
        _add(value, "", found)
    elif isinstance(value, list):
        for one in value:
            _collect(one, found, depth - 1) if depth else None
    elif isinstance(value, dict) and depth:
        url = next((value[name] for name in _WHERE if isinstance(value.get(name), str)), "")
        title = next((value[name] for name in _WHAT if isinstance(value.get(name), str)), "")
        _add(url, title, found)
        for name in _INSIDE:
            if isinstance(value.get(name), dict | list):
                _collect(value[name], found, depth - 1)


def _add(url: str, title: str, found: dict[str, str]) -> None:
    """Only addresses of the web: others are no place that a reader can look at."""
    if len(url) <= _MAX_URL and _ADDRESS.fullmatch(url):
        found[url] = found.get(url) or " ".join(title.split())[:_MAX_TITLE]
