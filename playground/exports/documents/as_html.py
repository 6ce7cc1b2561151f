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
from django.utils.safestring import mark_safe

from playground.evidence.traced import ALONE
from playground.evidence.traced import Picture as Drawing
from playground.exports.documents import assets
from playground.exports.documents.images import Inside, Picture, key_of, pictures_of, read
from playground.exports.redaction import ShownComparison, runs_of
from playground.exports.redaction.evidence import traced_runs
from playground.exports.redaction.facts import (
    measurements,
    moment,
    not_shown,
    options,
    provider_name,
)
from playground.rendering import render

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from playground.evidence.traced import Traced
    from playground.exports.redaction import ShownImage, ShownRun, ShownVerdict

    Placed = tuple[Picture | None, str]

logger = logging.getLogger(__name__)


def as_html(shown: ShownRun | ShownComparison) -> Iterator[bytes]:
    """Return the file in pieces. All rows are read before the first one, pictures one at a time."""
    pictures = Inside(pictures_of(runs_of(shown)))
    mark = secrets.token_hex(16)  # where a picture goes; nobody who wrote a text knows it

    def take(image: ShownImage) -> Placed:
        picture = pictures.take(image)
        return picture, f"{mark}-{picture.number}-" if picture else ""

    look = {"styles": assets.styles(), "policy": assets.policy()}
    return _filled(page(shown, take, look), mark, pictures.chosen)


def page(
    shown: ShownRun | ShownComparison, take: Callable[[ShownImage], Placed], look: dict[str, str]
) -> str:
    """Return the page. take: which picture stands for an image, and its address. look: its styles,
    or where they are, and its policy.
    """
    comparison = shown if isinstance(shown, ShownComparison) else None
    verdicts = comparison.verdicts if comparison else {}
    questions: list[dict[str, Any]] = []
    values = 0
    for same in _alike(runs_of(shown)):
        evidence = _traced(same, alone=not comparison, first=values + 1)
        values += len(evidence.trace.items) if evidence and evidence.trace else 0
        questions.append(_question(same, take, verdicts, evidence))
    kind = "comparison" if comparison else "run"
    return render_to_string(f"exports/documents/{kind}.html", _context(shown, questions) | look)


def _alike(runs: Iterable[ShownRun]) -> list[list[ShownRun]]:
    """Return the runs that were asked the same, together: the rows of a matrix, or all of them."""
    groups: dict[object, list[ShownRun]] = {}
    for run in runs:
        asked = tuple(key_of(one) + one.address for one in run.images)
        groups.setdefault((run.prompt, run.system_prompt, asked), []).append(run)
    return list(groups.values())


def _traced(runs: list[ShownRun], *, alone: bool, first: int) -> Traced | None:
    """The answers beside what was read in their images, numbered through the whole file."""
    codes = {run.number: ALONE if alone else f"{run.number}." for run in runs}
    return traced_runs(runs, _drawn_on, codes, first)


def _drawn_on(image: ShownImage) -> Drawing:
    """An image without an address: places are drawn on it, and none is enlarged from it."""
    return Drawing(image.number, "", image.width, image.height)


def _filled(text: str, mark: str, pictures: Sequence[Picture]) -> Iterator[bytes]:
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
    except OSError:  # deleted since the page was drawn, or away: its description stays
        logger.warning("a picture went while a file with it was sent")
        yield b"data:,"
        return
    yield f"data:{picture.content_type};base64,".encode() + base64.b64encode(first)
    yield from map(base64.b64encode, pieces)


def _context(shown: ShownRun | ShownComparison, questions: list[dict[str, Any]]) -> dict[str, Any]:
    runs = runs_of(shown)
    prompts = {(one["first"].prompt, one["first"].system_prompt) for one in questions}
    return {
        "scope": "document",
        "inside": True,
        "shown": shown,
        "outcome": _outcome(shown),
        "questions": questions,
        "one_prompt": len(prompts) == 1,
        "started": moment(shown.created_at),
        "saved": moment(timezone.now()),
        "not_shown": not_shown(shown.hidden, runs),
        "icons": assets.icons(),
    }


def _outcome(shown: ShownRun | ShownComparison) -> str:
    """Return the outcome of an experiment as HTML; blank where there is none."""
    if not isinstance(shown, ShownComparison) or not shown.outcome:
        return ""
    return mark_safe(render(shown.outcome).html)  # noqa: S308 - sanitised


def _question(
    runs: list[ShownRun],
    take: Callable[[ShownImage], Placed],
    verdicts: Mapping[int, ShownVerdict],
    evidence: Traced | None,
) -> dict[str, Any]:
    """What some runs were asked, and a card for each of them."""
    images = []
    for image in runs[0].images:
        picture, source = take(image)
        images.append({"image": image, "picture": picture, "source": source})
    cards = [
        _card(run)
        | {"verdict": verdicts.get(run.number)}
        | {"evident": evidence.html(run.number) if evidence else None}
        for run in runs
    ]
    located = evidence.located if evidence else None
    return {"first": runs[0], "images": images, "cards": cards, "evidence": located}


def _card(run: ShownRun) -> dict[str, Any]:
    """What one run shows in a file beside its own values."""
    return {
        "run": run,
        "options": options(run),
        "measurements": measurements(run),
        "provider": provider_name(run.provider),
        "date": moment(run.created_at),
        "request": _json(run.request),
        "response": _json(run.response),
        "received": run.received,
    }


def _json(value: Any) -> str:
    return "" if value is None else json.dumps(value, indent=2, ensure_ascii=False)
