"""CSV: one line a run, in one of two manners.

For spreadsheets, which run what starts like a formula: there an apostrophe makes it text, and a
mark at the beginning says that it is UTF-8. Exact: every cell as it is. Numbers stay in both.
"""

from __future__ import annotations

import csv
import io
import re
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING, Any

from playground.exports.as_json import money
from playground.providers.parameters.listed import PARAMETERS, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from playground.exports.redaction import ShownComparison, ShownImage, ShownRun

BYTE_ORDER_MARK = "\ufeff"
COLUMNS = ["column", "model", "provider", "temperature", "max_tokens", "status"]
COLUMNS += ["answer_state", "seconds", "inference_ms", "price_estimate_usd", "units"]
COLUMNS += ["images", "prompt", "output", "run", "row", "image_sha256", "created_at", "finished_at"]
COLUMNS += ["system_prompt", "reasoning", "priority", "max_edge", "tokens_in", "tokens_out"]
COLUMNS += ["charged_usd", "error", "comparison", "thoughts", "finish_reason"]
COLUMNS += ["image_sent_sha256", *PARAMETERS, "schema_valid", "follows"]


class Manner(StrEnum):
    """For whom the cells are written; the word of the address and of the file's name."""

    SPREADSHEETS = "for-spreadsheets"
    EXACT = "exact"


def manner_of(word: str | None) -> Manner:
    """Return the manner that `?as=` names; for spreadsheets where it names none."""
    return Manner.EXACT if word == Manner.EXACT else Manner.SPREADSHEETS


def comparison_as_csv(comparison: ShownComparison, manner: Manner) -> str:
    """Return one line a cell, with a head."""
    rows = {cell: row.number for row in comparison.rows for cell in row.cells}
    lines = (_line(run, rows.get(run.number)) for run in comparison.cells)
    return "".join(table(COLUMNS, lines, manner))


def runs_as_csv(runs: Iterable[ShownRun], manner: Manner) -> Iterator[str]:
    """Yield a head, then one line a run, whichever comparison it is from."""
    return table(COLUMNS, (_line(run, None) for run in runs), manner)


def table(head: list[Any], lines: Iterable[list[Any]], manner: Manner) -> Iterator[str]:
    """Yield the lines of a CSV file, one at a time."""
    file = io.StringIO()
    writer = csv.writer(file)
    guarded = manner is Manner.SPREADSHEETS
    file.write(BYTE_ORDER_MARK if guarded else "")
    for line in chain([head], lines):
        writer.writerow([_guarded(one) for one in line] if guarded else line)
        yield file.getvalue()
        file.seek(0)
        file.truncate()


def _line(run: ShownRun, row: int | None) -> list[Any]:
    return [
        *(run.number, run.model_id, run.provider),
        *(run.temperature, run.max_tokens, run.status),
        "withheld" if run.withheld else run.answer_state,
        f"{run.elapsed:.3f}" if run.has_ended else "",
        run.inference_ms,
        money(run.price),
        run.units,
        _each(run.images, lambda one: one.name or one.address or f"image {one.number}"),
        run.prompt,
        run.output,
        run.url,
        row,
        _each(run.images, lambda one: one.sha256),
        run.created_at.isoformat(),
        run.finished_at.isoformat() if run.finished_at else "",
        "" if "system_prompt" in run.hidden else run.system_prompt,
        {None: "", True: "true", False: "false"}[run.reasoning],
        run.priority,
        run.max_edge or "",
        run.tokens_in,
        run.tokens_out,
        money(run.charged),
        ": ".join(filter(None, (run.error_kind, run.error_detail))),
        run.comparison_id,
        run.thoughts,
        run.finish_reason,
        _each(run.images, lambda one: one.sent_sha256),
        *(written(run.parameters, name) for name in PARAMETERS),
        {None: "", True: "true", False: "false"}[run.schema_valid],
        run.follows_id,
    ]


def _each(images: Iterable[ShownImage], say: Callable[[ShownImage], str]) -> str:
    """Return one line an image, in their order; names may have spaces but no line breaks."""
    return "\n".join(" ".join(say(one).split("\n")) for one in images)


# Full-width ones too: spreadsheets in East Asian languages take them for the same.
_STARTS = tuple("=+-@|%＝＋－＠")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*")


def _guarded(cell: Any) -> Any:
    return harmless(cell) if isinstance(cell, str) else cell


def harmless(text: str) -> str:
    """A spreadsheet runs what starts like a formula; an apostrophe makes it text."""
    seen = text.lstrip("\ufeff\u200b\x00 \t\r\n\x0b\x0c\xa0")
    is_formula = seen.startswith(_STARTS) and not _NUMBER.fullmatch(text.strip())
    return f"'{text}" if is_formula else text
