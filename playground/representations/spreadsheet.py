"""CSV, for spreadsheets: one line a cell."""

from __future__ import annotations

import csv
import io
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from playground.shown import ShownComparison, ShownRun

COLUMNS = ["column", "model", "provider", "temperature", "max_tokens", "status"]
COLUMNS += ["answer_state", "seconds", "inference_ms", "price_estimate_usd", "units"]
COLUMNS += ["images", "prompt", "output", "run", "row", "image_sha256", "created_at", "finished_at"]


def comparison_as_csv(comparison: ShownComparison) -> str:
    """Return one line a cell, with a head."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    rows = {cell: row.number for row in comparison.rows for cell in row.cells}
    for run in comparison.cells:
        line = _line(run, rows.get(run.number))
        writer.writerow([harmless(one) if isinstance(one, str) else one for one in line])
    return file.getvalue()


def runs_as_csv(runs: Iterable[ShownRun]) -> Iterator[str]:
    """Yield a head, then one line a run, whichever comparison it is from."""
    file = io.StringIO()
    writer = csv.writer(file)
    for line in chain([COLUMNS], (_line(run, None) for run in runs)):
        writer.writerow([harmless(one) if isinstance(one, str) else one for one in line])
        yield file.getvalue()
        file.seek(0)
        file.truncate()


def _line(run: ShownRun, row: int | None) -> list[Any]:
    return [
        run.number,
        run.model_id,
        run.provider,
        run.temperature,
        run.max_tokens,
        run.status,
        "withheld" if run.withheld else run.answer_state,
        f"{run.elapsed:.3f}" if run.has_ended else "",
        run.inference_ms,
        run.price,
        run.units,
        " ".join(one.name or one.address or f"image {one.number}" for one in run.images),
        run.prompt,
        run.output,
        run.url,
        row,
        " ".join(one.sha256 for one in run.images).strip(),
        run.created_at.isoformat(),
        run.finished_at.isoformat() if run.finished_at else "",
    ]


# Full-width ones too: spreadsheets in East Asian languages take them for the same.
_STARTS = tuple("=+-@|%＝＋－＠")


def harmless(text: str) -> str:
    """A spreadsheet runs what starts like a formula; an apostrophe makes it text."""
    seen = text.lstrip("\ufeff\u200b\x00 \t\r\n\x0b\x0c\xa0")
    return f"'{text}" if seen.startswith(_STARTS) else text
