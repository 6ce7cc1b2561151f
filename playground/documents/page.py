"""One HTML file: pictures, styles and fonts inside, no script, opened from a disk."""

from __future__ import annotations

import base64
import json
import logging
import re
import secrets
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils import timezone

from playground.documents import assets
from playground.documents.pictures import Picture, inside, key_of, pictures_of, read
from playground.shown import ShownComparison
from playground.shown.facts import measurements, moment, not_shown, options, provider_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playground.shown import ShownRun

logger = logging.getLogger(__name__)


def as_html(shown: ShownRun | ShownComparison) -> Iterator[bytes]:
    """Return the file in pieces. All rows are read before the first one, pictures one at a time."""
    runs = shown.cells if isinstance(shown, ShownComparison) else (shown,)
    pictures = inside(pictures_of(runs))
    mark = secrets.token_hex(16)  # where a picture goes; nobody who wrote a text knows it
    sources = {key: f"{mark}-{one.number}-" for key, one in pictures.items()}
    context = _context(shown, runs, pictures, sources)
    kind = "comparison" if isinstance(shown, ShownComparison) else "run"
    text = render_to_string(f"documents/{kind}.html", context)
    return _filled(text, mark, {one.number: one for one in pictures.values()})


def _filled(text: str, mark: str, pictures: Mapping[int, Picture]) -> Iterator[bytes]:
    """The text with each mark replaced by its picture as a data address."""
    for place, part in enumerate(re.split(rf"{mark}-(\d+)-", text)):
        if place % 2 == 0:
            yield part.encode(errors="replace")
        else:
            yield from _as_data(pictures[int(part)])


def _as_data(picture: Picture) -> Iterator[bytes]:
    try:
        pieces = read(picture)
        first = next(pieces, b"")
    except FileNotFoundError:  # deleted since the page was drawn: its description stays
        logger.warning("a picture went while a file with it was sent")
        yield b"data:,"
        return
    yield f"data:{picture.content_type};base64,".encode() + base64.b64encode(first)
    yield from map(base64.b64encode, pieces)


def _context(
    shown: ShownRun | ShownComparison,
    runs: tuple[ShownRun, ...],
    pictures: dict[str, Picture],
    sources: dict[str, str],
) -> dict[str, Any]:
    cards = [_card(run, pictures, sources) for run in runs]
    same = len({(one["run"].prompt, one["run"].system_prompt, one["keys"]) for one in cards}) == 1
    return {
        "shown": shown,
        "cards": cards,
        "first": cards[0],
        "same_input": same,
        "saved": moment(timezone.now()),
        "not_shown": not_shown(shown.hidden),
        "styles": assets.styles(),
        "policy": assets.policy(),
        "icons": assets.icons(),
    }


def _card(run: ShownRun, pictures: dict[str, Picture], sources: dict[str, str]) -> dict[str, Any]:
    """What one run shows in a file beside its own values."""
    images = [
        {"image": one, "picture": pictures.get(key_of(one)), "source": sources.get(key_of(one))}
        for one in run.images
    ]
    return {
        "run": run,
        "keys": tuple(key_of(one) + one.address for one in run.images),
        "images": images,
        "options": options(run),
        "measurements": measurements(run),
        "provider": provider_name(run),
        "date": moment(run.created_at),
        "request": _json(run.request),
        "response": _json(run.response),
    }


def _json(value: Any) -> str:
    return "" if value is None else json.dumps(value, indent=2, ensure_ascii=False)
