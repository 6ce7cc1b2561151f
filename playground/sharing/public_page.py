"""What the page of a link is drawn from: plain values, in which nothing is that the link hides."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from playground.comparisons.differences import Column
from playground.comparisons.fields import fields_of
from playground.comparisons.grid import grid_of
from playground.comparisons.labels import labels_of, variations
from playground.evidence.read_answer import read_answer
from playground.evidence.traced import Picture, letters
from playground.exports.citations import cite_comparison, cite_run
from playground.exports.redaction import ShownComparison, ShownRun, runs_of
from playground.exports.redaction.evidence import traced_runs
from playground.exports.snippets.wavespeed import PUBLIC_API, snippets
from playground.exports.wire import MAX_SHOWN, highlighted
from playground.providers.endpoint import WAVESPEED
from playground.providers.parameters.listed import SWEPT
from playground.rendering import highlight
from playground.runs.boxes import boxes_of
from playground.sharing.experiment_page import SharedCell, line_of, outcome_context, part_of
from playground.sharing.models import SharePreview
from playground.sharing.preview import HEIGHT, WIDTH
from playground.web.formatting import counted, first_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from playground.evidence.traced import Traced
    from playground.experiments.frozen import Frozen
    from playground.exports.citations import Citation
    from playground.exports.redaction.images import ShownImage
    from playground.rendering.boxes.found import Found
    from playground.runs.models.run_image import RunImage
    from playground.sharing.opened import OpenLink

HIDDEN = {"system_prompt": "system prompt", "costs": "costs", "reasoning": "reasoning"}


def page_context(
    link: OpenLink, origin: str, start: int = 0, case: int | None = None
) -> tuple[str, dict[str, Any]]:
    """Return the template of the page and its values. origin: `https://host`.

    start: of the cases of an experiment, from 0. case: of an experiment or a matrix the one whose
    whole answers are shown beside each other, from 1.
    """
    if case is not None:
        link = link.row(case)
    shown = part_of(link, start) if case is None else link
    content = shown.content()
    first = runs_of(content)[0]
    around = {
        "scope": "shared",
        "origin": origin,
        "token": link.share.token,
        "title": (first_line(content.prompt) if isinstance(content, ShownRun) else content.heading),
        "model_names": list({run.model_id: run.model.name for run in runs_of(content)}.values()),
        "first": first,
        "images": [(one, []) for one in first.images],
        "left_out": _left_out(content),
        "preview": _preview(link),
        "file_base": link.share.get_absolute_url().rstrip("/"),
        "citations": _citations(content, origin),
        "is_comparison": link.share.comparison_id is not None,
    }
    if isinstance(content, ShownRun):
        return "sharing/public/run.html", around | _run(link, content, origin)
    if case is not None:
        content = replace(content, rows=(), notes=None)
        page = _comparison(link, content) | {"case": case}
        return "sharing/public/comparison.html", around | page
    outcome = outcome_context(shown, content, start)
    if outcome:
        page = outcome | _whole(link, content, outcome["frozen"], origin)
        return "sharing/public/experiment.html", around | page | {"comparison": content}
    if content.rows:
        return "sharing/public/matrix.html", around | _matrix(link, content)
    return "sharing/public/comparison.html", around | _comparison(link, content)


def _whole(link: OpenLink, content: ShownComparison, frozen: Frozen, origin: str) -> dict[str, Any]:
    """Return what the page of an experiment says of all its runs, of which it loads some."""
    count, hidden = len(link.there), len(link.share.left_out)
    named = [label.model.name for label in labels_of(frozen.variants)]
    cited = (content.heading, frozen.variants, content.created_at, origin + content.url, count)
    return {
        "runs": count,
        "model_names": list(dict.fromkeys(named)),
        "left_out": _words_of(content) + ([counted(hidden, "image")] if hidden else []),
        "citations": cite_comparison(*cited),
    }


def _words_of(content: ShownRun | ShownComparison) -> list[str]:
    return [HIDDEN[name] for name in content.hidden if name in HIDDEN]


def _left_out(content: ShownRun | ShownComparison) -> list[str]:
    """Say in words what is missing. Runs side by side have the same pictures, rows their own."""
    words, runs = _words_of(content), runs_of(content)
    rows = content.rows if isinstance(content, ShownComparison) else ()
    firsts = [runs[row.cells[0] - 1] for row in rows] or runs[:1]
    count = sum(run.images_left_out for run in firsts)
    return words + ([counted(count, "image")] if count else [])


def _preview(link: OpenLink) -> dict[str, int] | None:
    drawn = SharePreview.objects.filter(share=link.share).exists()
    return {"width": WIDTH, "height": HEIGHT} if drawn else None


def _boxes(link: OpenLink, run: ShownRun) -> Found:
    """What the answer draws on its pictures, as the run's owner reads it."""
    sizes = dict.fromkeys(range(1, run.image_count + 1), (1, 1))
    sizes |= {one.number: (one.width or 1, one.height or 1) for one in run.images}
    return boxes_of(link.runs[0], run.output, list(sizes.values()))


def _picture_of(run: ShownRun) -> Callable[[RunImage, int], Picture | None]:
    """Return what gives an image of a run as the link shows it, if it does."""
    shown = {one.number: one for one in run.images if one.stored}

    def picture(entry: RunImage, number: int) -> Picture | None:
        return _picture(one) if (one := shown.get(number)) else None

    return picture


def _picture(image: ShownImage) -> Picture:
    return Picture(image.number, image.preview, image.width, image.height, link=image.picture)


def _traced(cells: Sequence[ShownRun]) -> Traced | None:
    """Answers to the same images beside what was read there, as far as the link shows it."""
    return traced_runs(cells, _picture, letters([run.number for run in cells]))


def _located(link: OpenLink, run: ShownRun) -> dict[str, Any]:
    """What the answer says that stands on the images, or what the reader itself read there."""
    row = link.runs[0]
    if read := read_answer(row, run.output_html, "line", _picture_of(run)):
        return {"read": read, "evident": read.html, "located": read.located}
    evidence = _traced([run])
    if not evidence:
        return {}
    evident = evidence.html(run.number)
    return {"evidence": evidence, "evident": evident, "located": evidence.located}


def _run(link: OpenLink, run: ShownRun, origin: str) -> dict[str, Any]:
    found = _boxes(link, run)
    absolute = link.content(origin)  # code that is copied from here runs elsewhere
    body = absolute.request if isinstance(absolute, ShownRun) else None
    programs = snippets(body, PUBLIC_API) if body and run.provider == WAVESPEED else []
    return {
        "run": run,
        **_located(link, run),
        "images": [(one, found.of(one.number)) for one in run.images],
        "boxes": found,
        "raw": run.raw[:MAX_SHOWN],
        "raw_cut": len(run.raw) > MAX_SHOWN,
        "request_html": highlighted(body),
        "response_html": highlighted(run.response),
        "snippets": [(one, highlight(one.code, one.language)) for one in programs],
    }


def columns_of(link: OpenLink, content: ShownComparison) -> list[Column]:
    names = variations(link.runs)
    pairs = zip(link.runs, content.cells, strict=True)
    return [Column(row, shown, names[row.pk]) for row, shown in pairs]


def _comparison(link: OpenLink, content: ShownComparison) -> dict[str, Any]:
    evidence, columns = _traced(content.cells), columns_of(link, content)
    cells = [
        (
            run,
            one.variation,
            evidence.html(run.number) if evidence else None,
            read_answer(one.run, run.output_html, f"line-{run.number}", _picture_of(run)),
        )
        for one, run in zip(columns, content.cells, strict=True)
    ]
    return {
        "comparison": content,
        "cells": cells,
        "evidence": evidence,
        "located": evidence.located if evidence else None,
        "fields": fields_of(columns),
    }


def _matrix(link: OpenLink, content: ShownComparison) -> dict[str, Any]:
    """Images down, models and settings across; None where a cell is not there any more."""
    grid = grid_of(link.runs)
    labels = labels_of(grid.heads, tuple(SWEPT))
    shown = {row.pk: run for run, row in zip(content.cells, link.runs, strict=True)}
    lines = []
    for number in grid.rows:
        pairs = zip(grid.row(number), labels, strict=True)
        cells = [run and SharedCell(label, None, 0, 1, shown[run.pk]) for run, label in pairs]
        lines.append(line_of(number + 1, [shown[run.pk] for run in grid.row(number) if run], cells))
    heads = [(label, None) for label in labels]
    return {"comparison": content, "heads": heads, "lines": lines}


def _citations(content: ShownRun | ShownComparison, origin: str) -> list[Citation]:
    if isinstance(content, ShownRun):
        return cite_run(content, origin + content.url) if content.has_ended else []
    return cite_comparison(content.heading, content.cells, content.created_at, origin + content.url)
