"""How to cite a run or a comparison: what was asked of which model, when, with what, and where.

An answer cannot be had again, so the date to the minute and the options belong to it. The key of
an entry is made of vendor, minute and address: several runs of one minute stay several entries.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from playground.exports.as_markdown import inline
from playground.exports.redaction.facts import moment, options_sentence, provider_name
from playground.web.formatting import first_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from playground.exports.redaction import ShownRun
    from playground.runs.models.run import Run

MAX_TITLE_LENGTH = 120  # characters


@dataclass(frozen=True)
class Citation:
    """One way to write it. name: for programs; label: for people."""

    name: str
    label: str
    text: str


@dataclass(frozen=True)
class _Parts:
    """What every way of writing it is made of. what: Answer or Answers."""

    what: str
    title: str
    author: str
    about: str
    date: datetime
    url: str

    @property
    def key(self) -> str:
        vendor = re.sub(r"[^a-z0-9]", "", self.author.partition(",")[0].rpartition("/")[2].lower())
        address = hashlib.sha256(self.url.encode()).hexdigest()[:8]
        return f"{vendor or 'run'}{timezone.localtime(self.date):%Y%m%d%H%M}{address}"


def cite_run(run: Run | ShownRun, url: str) -> list[Citation]:
    """Return the same citation as plain text, Markdown, BibTeX and CSL-JSON."""
    about = f"{provider_name(run.provider)}; {options_sentence(run)}"
    return _written(_Parts("Answer", _title(run.prompt), run.model_id, about, run.created_at, url))


def cite_comparison(
    heading: str, cells: Sequence[Any], started: datetime, url: str, count: int = 0
) -> list[Citation]:
    """Return the same for runs side by side. heading: its title, or the prompt.

    cells: the runs, or what was asked by so many of them.
    """
    models = ", ".join(dict.fromkeys(run.model_id for run in cells))
    about = f"{count or len(cells)} runs side by side"
    alike = {options_sentence(run) for run in cells}
    about += f"; {alike.pop()}" if len(alike) == 1 else ""
    return _written(_Parts("Answers", _title(heading), models, about, started, url))


def _written(parts: _Parts) -> list[Citation]:
    return [
        Citation("text", "Text", _as_text(parts)),
        Citation("markdown", "Markdown", _as_markdown(parts)),
        Citation("bibtex", "BibTeX", _as_bibtex(parts)),
        Citation("csl", "CSL-JSON", _as_csl(parts)),
    ]


def _title(text: str) -> str:
    line = first_line(text) or "Run"
    return line if len(line) <= MAX_TITLE_LENGTH else f"{line[: MAX_TITLE_LENGTH - 1]}…"


def _as_text(parts: _Parts) -> str:
    stop = "" if parts.title.endswith((".", "?", "!", "…")) else "."
    return (
        f"{parts.author}: “{parts.title}{stop}” {parts.what} of {moment(parts.date)} "
        f"({parts.about}). Vision Playground, {parts.url}"
    )


def _as_markdown(parts: _Parts) -> str:
    return (
        f"`{parts.author}`: [{inline(parts.title)}]({parts.url}), {parts.what.lower()} of "
        f"{moment(parts.date)} "
        f"({inline(parts.about)})"
    )


_SPECIAL = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}"}
_SPECIAL |= {"^": r"\textasciicircum{}"} | {mark: f"\\{mark}" for mark in "&%$#_"}


def _bibtex(text: str) -> str:
    return re.sub(r"[\\{}~^&%$#_]", lambda match: _SPECIAL[match[0]], text)


def _as_bibtex(parts: _Parts) -> str:
    local = timezone.localtime(parts.date)
    address = re.sub(r"[{}%\\\s]", lambda match: f"%{ord(match[0]):02X}", parts.url)
    note = _bibtex(_note(parts))
    return "\n".join(
        [
            f"@misc{{{parts.key},",
            f"  author = {{{{{_bibtex(parts.author)}}}}},",
            f"  title  = {{{{{_bibtex(parts.title)}}}}},",
            f"  year   = {{{local:%Y}}},",
            f"  month  = {local:%b},".lower(),
            f"  note   = {{{note}}},",
            "  howpublished = {Vision Playground},",
            f"  url    = {{{address}}}",
            "}",
        ]
    )


def _note(parts: _Parts) -> str:
    return f"{parts.what} of {moment(parts.date)}; {parts.about}"


def _as_csl(parts: _Parts) -> str:
    """Return a list of one item, as Zotero, pandoc and citeproc read it."""
    local = timezone.localtime(parts.date)
    item = {
        "id": parts.key,
        "type": "webpage",
        "title": parts.title,
        "author": [{"literal": name} for name in parts.author.split(", ")],
        "issued": {"date-parts": [[local.year, local.month, local.day]]},
        "container-title": "Vision Playground",
        "note": _note(parts),
        "URL": parts.url,
    }
    return json.dumps([item], ensure_ascii=False, indent=2)
