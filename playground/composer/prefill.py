"""Fills the composer from a share link, with what the link shows and nothing else."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from playground.catalog import entries, offered
from playground.comparisons.grid import grid_of
from playground.comparisons.labels import differing_in, known_values
from playground.composer.parameters import AXES, axes_as, fields_of
from playground.composer.tray import TrayEntry
from playground.exports.redaction import ShownComparison, ShownRun, runs_of
from playground.runs.exchange import exchange_of
from playground.runs.models.run import Run
from playground.sharing import opened
from playground.submission.size import MAX_COLUMNS
from playground.submission.variables import names_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from playground.accounts.visitor import Visitor
    from playground.exports.redaction import ShownImage

COPIED = ("prompt", "system_prompt", "temperature", "max_tokens", "priority", "max_edge")


def from_link(token: str) -> tuple[dict[str, Any], list[TrayEntry]] | None:
    """Return what the form starts with and its tiles; None where the link does not open."""
    if not token:
        return None
    try:
        link = opened.open_link(token.replace("\x00", ""))
    except opened.GoneError:
        return None
    content = link.content()
    cells = runs_of(content)
    is_matrix = isinstance(content, ShownComparison) and bool(content.rows)
    runs = grid_of(link.runs).heads if is_matrix else link.runs
    models = dict.fromkeys(run.model_id for run in runs)
    initial: dict[str, Any] = {name: getattr(cells[0], name) for name in COPIED}
    initial |= {"models": [one for one in models if entries.contains(one)]}
    initial["as_text"] = bool(names_in(initial["prompt"], initial["system_prompt"] or ""))
    initial |= fields_of(cells[0].parameters)
    initial["turns_left"] = len(cells[0].exchange)
    initial |= {"reasoning": bool(cells[0].reasoning), **sweep_of(runs)}
    initial["image_mode"] = "each" if is_matrix else "together"
    return initial, [TrayEntry.of_link(one, token) for one in _images(cells, each=is_matrix)]


def without_exchange(run: Run, visitor: Visitor) -> dict[str, Any]:
    """Return what the form says of an exchange that does not go along, and where it can."""
    visible = Run.objects.visible_to(visitor)
    before = visible.filter(pk=run.follows_id).first() if run.follows_id else None
    place = (before.comparison or before).get_absolute_url() if before else ""
    return {"turns_left": len(exchange_of(run)), "turns_at": place}


def chosen_of(model_ids: Iterable[str]) -> dict[str, list[str]]:
    """Return those that can be run, each once, and those left out, which the form names."""
    models = list(dict.fromkeys(model_ids))
    left_out = [one for one in models if not offered.may_run(one)]
    return {"models": [one for one in models if one not in left_out], "left_out": left_out}


def _images(cells: Sequence[ShownRun], *, each: bool) -> list[ShownImage]:
    """The pictures of one run; of a matrix those of all its rows, each once."""
    if not each:
        return list(cells[0].images)
    found = {one.picture or one.address: one for run in cells for one in run.images}
    return list(found.values())


def sweep_of(runs: Sequence[Run]) -> dict[str, Any]:
    """The sweep that would make these runs again: over the first two things that differ.

    Over the first alone where not each value meets each of the other.
    """
    first = [run for run in runs if run.model_id == runs[0].model_id]
    alike = [run for run in first if not differing_in([first[0], run])]
    axes = [(name, tuple(known_values(name, runs))) for name in differing_in(runs)[: len(AXES)]]
    if prod(len(values) for _, values in axes) * len(alike) != len(first):
        axes = axes[:1]
    repeats = len(alike) if 1 < len(alike) <= MAX_COLUMNS else 1
    return {"sweep_of": "", "sweep_values": "", "repeats": repeats} | axes_as(axes)
