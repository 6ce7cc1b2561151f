"""Writes links around the values of an answer, in HTML that is already safe.

Nothing is parsed and written anew: links are put between stretches of text, so tags, attributes and
escaped signs stay as the sanitiser left them. All that is put in is escaped here.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from playground.evidence.matching.trace import ABSENT, COMPUTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playground.evidence.matching.trace import Item, Spoken, Trace

_KINDS = {COMPUTED: "evidence is-computed", ABSENT: "evidence is-absent"}
_WORDS = {COMPUTED: "computed", ABSENT: "not found by the reader"}


def marked(trace: Trace, answer: str) -> str:
    """Return the HTML of one answer with its values as links to the numbered list."""
    html = trace.texts[answer].html
    pieces: list[str] = []
    end = 0
    for start, stop, before, behind in sorted(_links(trace, answer)):
        pieces += html[end:start], before, html[start:stop], behind
        end = stop
    return "".join(pieces) + html[end:]


def spoken_id(item: Item, one: Spoken) -> str:
    """Return the id of a value where an answer speaks of it."""
    return f"{one.answer}{item.number}" + (f"-{one.count}" if one.count > 1 else "")


def title(item: Item) -> str:
    """Say where a value stands, in one line."""
    if item.sum:
        outcome = f", but it comes to {item.sum.computed}" if item.is_wrong else ""
        return f"Computed: {item.sum.text}{outcome}"
    if not item.places:
        return "Not found by the reader"
    best = item.places[0]
    return f"{lines(item).capitalize()}, read with {best.confidence:.2f}"


def lines(item: Item) -> str:
    """Name the lines of a value's places, with the image where there are several."""
    images = {place.image for place in item.places}
    if len(images) > 1:
        return ", ".join(
            dict.fromkeys(f"image {one.image}, line {one.line}" for one in item.places)
        )
    numbers = list(dict.fromkeys(str(place.line) for place in item.places))
    prefix = f"image {min(images)}, " if images and min(images) > 1 else ""
    if len(numbers) == 1:
        return f"{prefix}line {numbers[0]}"
    return f"{prefix}lines {', '.join(numbers[:-1])} and {numbers[-1]}"


def _links(trace: Trace, answer: str) -> Iterator[tuple[int, int, str, str]]:
    text = trace.texts[answer]
    for item in trace.items:
        for one in item.spoken:
            if one.answer == answer:
                spans = list(text.html_spans(one.claim.start, one.claim.end))
                for place, (start, stop) in enumerate(spans):
                    is_last = place == len(spans) - 1
                    opening = _opening(item, "" if place else f' id="{spoken_id(item, one)}"')
                    yield start, stop, opening, _closing(item, is_last=is_last)


def _opening(item: Item, named: str) -> str:
    kind = _KINDS.get(item.kind, "evidence") + (" is-wrong" if item.is_wrong else "")
    said = escape(title(item))
    return f'<a class="{kind}"{named} href="#e{item.number}" title="{said}">'


def _closing(item: Item, *, is_last: bool) -> str:
    if not is_last:
        return "</a>"
    word = "computed, wrong" if item.is_wrong else _WORDS.get(item.kind, "")
    hidden = f'<span class="visually-hidden">, {word}</span>' if word else ""
    mark = f'<small class="evidence-mark without-script">[{item.number}]</small>'
    return f"{hidden}</a>{mark}"
