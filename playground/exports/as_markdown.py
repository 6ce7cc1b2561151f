"""Markdown, for notes: prompt, settings and answers, to be pasted anywhere.

What people and models wrote is quoted, so that no fence, comment or heading in it reaches what
follows: each line behind `> `, nothing else changed. The answer of a single run ends its note and
stands as it came.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playground.exports.as_json import address_of
from playground.exports.redaction.facts import (
    measurements,
    moment,
    not_shown,
    options,
    provider_name,
    times,
)
from playground.imaging import file_size
from playground.web.formatting import first_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from playground.exports.redaction import ShownComparison, ShownImage, ShownRun
    from playground.exports.redaction.notes import ShownNote

MAX_HEADING_LENGTH = 90  # characters


def run_as_markdown(run: ShownRun, where: Callable[[ShownImage], str] = address_of) -> str:
    """Return one run as a note. where: what a picture is called beside it; blank: it is gone."""
    parts = [f"# {_heading(run.prompt)}", _settings(run), *_asked(run, where, "##")]
    parts += [not_shown(run.hidden, [run]), *_notes(run.notes, "##"), "## Answer", *_around(run)]
    return _joined([*parts, run.output if _has_answer(run) else _quoted(run.partial)])


def comparison_as_markdown(
    comparison: ShownComparison, where: Callable[[ShownImage], str] = address_of
) -> str:
    """Return a comparison as a note; what all cells were asked is written once."""
    cells = comparison.cells
    if comparison.rows:
        return _joined(list(_matrix(comparison, where)))
    asked = {(run.prompt, run.system_prompt, run.exchange, images_of(run)) for run in cells}
    alike = len(asked) == 1
    parts = [f"# {_heading(comparison.heading)}", _about(comparison)]
    parts += _asked(cells[0], where, "##") if alike else []
    for run in cells:
        parts += [f"## {run.number}. {run.model.name}{_best(comparison, run)}", _settings(run)]
        parts += [] if alike else _asked(run, where, "###")
        parts += [*_notes(run.notes, "###"), "### Answer", *_answer(run)]
    parts += _notes(comparison.notes, "##")
    return _joined([*parts, not_shown(comparison.hidden, cells)])


def _matrix(comparison: ShownComparison, where: Callable[[ShownImage], str]) -> Iterator[str]:
    """What all cells were asked once, then the answers below their image."""
    yield f"# {_heading(comparison.heading)}"
    yield _about(comparison)
    yield comparison.outcome
    yield from _question(comparison.cells[0], "##")
    for row in comparison.rows:
        runs = [comparison.cells[number - 1] for number in row.cells]
        names = [one.name or one.address for one in runs[0].images]
        yield f"## Image {row.number}{': ' if any(names) else ''}{inline(' '.join(names))}"
        yield "\n".join(_pictures(runs[0], where))
        for run in runs:
            yield f"### {run.number}. {run.model.name}{_best(comparison, run)}"
            yield _settings(run)
            yield from _notes(run.notes, "####")
            yield from _answer(run)
    yield from _notes(comparison.notes, "##")
    yield not_shown(comparison.hidden, comparison.cells)


def images_of(run: ShownRun) -> tuple[str, ...]:
    """What tells the pictures of one run from those of another."""
    return tuple(one.sent_sha256 or one.address or one.picture for one in run.images)


def _joined(parts: list[str]) -> str:
    return "\n\n".join(filter(None, parts)) + "\n"


def _heading(text: str) -> str:
    line = first_line(text) or "Run"
    return inline(line if len(line) <= MAX_HEADING_LENGTH else f"{line[:MAX_HEADING_LENGTH]}…")


def _settings(run: ShownRun) -> str:
    facts = [("Model", f"`{run.model_id}` ({provider_name(run.provider)})")]
    facts += [("Date", moment(run.created_at)), ("Status", run.get_status_display().lower())]
    facts += [(name, at.isoformat()) for name, at in times(run)]
    facts += [*options(run), *measurements(run), ("Link", run.url)]
    return "\n".join(f"- {name}: {value}" for name, value in facts)


def _about(comparison: ShownComparison) -> str:
    lines = [f"- Started: {moment(comparison.created_at)}", f"- Runs: {len(comparison.cells)}"]
    if comparison.winner:
        why = f": {inline(comparison.best_why)}" if comparison.best_why else ""
        lines.append(f"- Best answer: {comparison.best}. {comparison.winner.model.name}{why}")
    lines += [f"- Blind vote: {_voted(comparison)}"] if comparison.vote else []
    return "\n".join([*lines, f"- Link: {comparison.url}"])


VOTES = {"tie": "tie", "all_bad": "all bad", "none": "none, the names were shown without one"}


def _voted(comparison: ShownComparison) -> str:
    vote = comparison.vote
    if not vote or vote.outcome in VOTES:
        return VOTES[vote.outcome] if vote else ""
    if not vote.cell:
        return "an answer that is not here any more"
    return f"{vote.cell}. {comparison.cells[vote.cell - 1].model.name}"


def _best(comparison: ShownComparison, run: ShownRun) -> str:
    return " (best answer)" if run.number == comparison.best else ""


def _asked(run: ShownRun, where: Callable[[ShownImage], str], level: str) -> Iterator[str]:
    if run.images or run.images_left_out:
        yield f"{level} Images"
        yield from _pictures(run, where)
    yield from _question(run, level)


def _notes(notes: Iterable[ShownNote] | None, level: str) -> Iterator[str]:
    """Yield what people wrote below a run or a comparison, quoted, with who and when."""
    for number, note in enumerate(notes or ()):
        if not number:
            yield f"{level} Notes"
        edited = f", edited {moment(note.edited_at)}" if note.edited_at else ""
        by = f"{inline(note.by)}, " if note.by else ""
        yield f"*{by}{moment(note.written_at)}{edited}:*"
        yield _quoted(note.text)


def _pictures(run: ShownRun, where: Callable[[ShownImage], str]) -> Iterator[str]:
    yield "\n".join(_image(image, where) for image in run.images)
    if run.images_left_out:
        yield f"Left out: {run.images_left_out} of {run.image_count} images."


def _question(run: ShownRun, level: str) -> Iterator[str]:
    for number, turn in enumerate(run.exchange, start=1):
        yield f"{level} Question {number}"
        yield _quoted(turn.question)
        yield f"{level} Answer {number}"
        yield _quoted(turn.answer)
    yield f"{level} Prompt"
    yield _quoted(run.prompt)
    if run.system_prompt:
        yield f"{level} System prompt"
        yield _quoted(run.system_prompt)


def _image(image: ShownImage, where: Callable[[ShownImage], str]) -> str:
    if not image.stored:
        kept = "passed on as an address" if image.as_address else "not fetched"
        address = image.address.replace(">", "%3E")
        return f"{image.number}. <{address}> ({kept}, no copy)"
    name = inline(image.name or f"Image {image.number}")
    measured = f"{image.width}×{image.height} {image.format}, {file_size(image.size)}"
    found = where(image)
    link = f"![{name}]({found})" if found else f"{name} (no longer there)"
    return f"{image.number}. {link} {inline(image.sent_note or measured)}{_hashes(image)}"


def _hashes(image: ShownImage) -> str:
    known = [("given", image.sha256), ("sent", image.sent_sha256)]
    said = ", ".join(f"{name} `{digest}`" for name, digest in known if digest)
    return f", SHA-256 as {said}" if said else ""


def _answer(run: ShownRun) -> Iterator[str]:
    """Yield what is said around an answer, and the answer itself, quoted."""
    yield from _around(run)
    yield _quoted(run.output if _has_answer(run) else run.partial)


def _has_answer(run: ShownRun) -> bool:
    return bool(run.output) and not run.withheld


def _around(run: ShownRun) -> Iterator[str]:
    """Yield why there is no answer, or not all of it, and the reasoning that was given apart."""
    if run.withheld:
        yield "*The provider flagged this answer as sensitive. It is left out.*"
        return
    if run.thoughts:
        yield from ("*Reasoning:*", _quoted(run.thoughts))
    yield from _sources(run)
    if run.output:
        yield "*The answer was longer. The rest was not kept.*" if run.output_cut else ""
    elif run.explanation:
        yield from (run.explanation.title, run.explanation.remedy, _quoted(run.error_detail))
    else:
        yield "The answer is empty." if run.has_ended else "None yet."


def _sources(run: ShownRun) -> Iterator[str]:
    if run.citations:
        yield "*Sources:*"
        yield "\n".join(
            f"{number}. <{one.url.replace('>', '%3E')}> {inline(one.title)}".rstrip()
            for number, one in enumerate(run.citations, start=1)
        )


def _quoted(text: str) -> str:
    """Return the text behind `> ` on each line, a lone carriage return being the end of one too."""
    return "> " + re.sub(r"\r\n|\n|\r", lambda end: f"{end[0]}> ", text) if text else ""


_SPECIAL = re.compile(r"([\\`*_\[\]<>#|&~$])")


def inline(text: str) -> str:
    """Return a text of one line that means itself in Markdown."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
