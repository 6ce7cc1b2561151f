"""Every form of a run states the same facts: rows are facts, columns are forms."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from playground.exports import (
    Manner,
    as_line,
    comparison_as_csv,
    comparison_as_json,
    comparison_as_markdown,
    run_as_json,
    run_as_markdown,
    runs_as_csv,
)
from playground.exports.redaction import (
    EVERYTHING,
    ShownComparison,
    ShownRun,
    shown_comparison,
    shown_run,
)
from playground.images import store
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.submission.request import AttachedImage, Options
from tests.conftest import png
from tests.exports.documents.reading import files_in, page_of
from tests.exports.schemas import validator

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.fakes.wavespeed import FakeWaveSpeed

pytestmark = pytest.mark.django_db

# What a person reads, and what a program reads.
FACTS = {
    "model": ("google/gemini-2.0-flash-001", "google/gemini-2.0-flash-001"),
    "prompt": ("Was ist das?", "Was ist das?"),
    "system prompt": ("Antworte kurz.", "Antworte kurz."),
    "temperature": ("0.123456789", "0.123456789"),
    "max tokens": ("321", "321"),
    "reasoning": ("on", "true"),
    "priority": ("throughput", "throughput"),
    "image size": ("1024 px", "1024"),
    "tokens in": ("17 in", "17"),
    "tokens out": ("19 out", "19"),
    "cost": ("$0.0000004", "0.0000004"),
    "answer": ("Eine Quittung.", "Eine Quittung."),
}
ROWS = [*FACTS, "image as given", "image as sent", "start", "end"]
PEOPLE = ("page", "Markdown", "HTML file")
FORMS = (*PEOPLE, "JSON", "JSON Lines", "CSV", "ZIP")


@pytest.fixture
def run(upstream: FakeWaveSpeed, carried: Callable[..., Run]) -> Run:
    upstream.configure(answer=lambda _: "Eine Quittung.")
    run = carried(
        "Was ist das?",
        system_prompt="Antworte kurz.",
        images=(AttachedImage(image=store.store(png(size=(1500, 40))), name="a b.png"),),
        options=Options(0.123456789, 321, reasoning=True, priority="throughput", max_edge=1024),
    )
    Run.objects.update(tokens_in=17, tokens_out=19, charged=Decimal("4e-7"))
    run.refresh_from_db()
    return run


def fact(run: Run, name: str, *, for_people: bool) -> str:
    image = run.images.get()
    times = {"start": run.created_at, "end": run.finished_at}
    if name in times:
        return times[name].isoformat()  # type: ignore[union-attr]
    hashes = {"image as given": str(image.image_id), "image as sent": image.sent_sha256}
    assert len(set(hashes.values())) == 2
    return hashes[name] if name in hashes else FACTS[name][0 if for_people else 1]


def written(shown: ShownRun | ShownComparison, form: str, client: Client, run: Run) -> str:
    """Return the form as text; what is JSON or CSV as the values in it, one a line."""
    of_run = isinstance(shown, ShownRun)
    json_of: Any = run_as_json if of_run else comparison_as_json
    if form == "page":
        return client.get(run.get_absolute_url()).content.decode()
    if form == "HTML file":
        return page_of(shown)
    if form == "Markdown":
        return run_as_markdown(shown) if of_run else comparison_as_markdown(shown)
    if form == "CSV":
        rows = (
            runs_as_csv([shown], Manner.EXACT)
            if of_run
            else [comparison_as_csv(shown, Manner.EXACT)]
        )
        return "\n".join(values(list(csv.DictReader(io.StringIO("".join(rows))))))
    text = {"JSON": json.dumps, "JSON Lines": as_line}.get(form, json.dumps)(json_of(shown))
    if form == "ZIP":
        text = files_in(shown)["run.json" if of_run else "comparison.json"].decode()
    return "\n".join(values(json.loads(text)))


def values(value: Any) -> list[str]:
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return [text for one in inner for text in values(one)]
    return [value if isinstance(value, str) else json.dumps(value)]


def missing(text: str, run: Run, *, for_people: bool) -> list[str]:
    """The facts of the run that a form does not state."""
    stated = text.lower() if for_people else text.split("\n")
    said = {row: fact(run, row, for_people=for_people) for row in ROWS}
    return [row for row in ROWS if (said[row].lower() if for_people else said[row]) not in stated]


@pytest.mark.parametrize("of", ["run", "comparison"])
def test_each_form_states_each_fact(run: Run, client: Client, of: str) -> None:
    shown: ShownRun | ShownComparison = shown_run(run, EVERYTHING)
    if of == "comparison":
        shown = shown_comparison(Comparison.objects.create(), [run], EVERYTHING)
    forms = {form: unescape(written(shown, form, client, run)) for form in FORMS}
    left_out = {form: missing(forms[form], run, for_people=form in PEOPLE) for form in FORMS}
    assert not any(left_out.values()), left_out


def test_the_json_of_a_zip_names_its_files(run: Run) -> None:
    files = files_in(shown_run(run, EVERYTHING))
    told = json.loads(files["run.json"])
    assert told["images"][0]["picture"] == "images/1-a-b.png"
    assert "images/1-a-b.png" in files
    validator("run.v1.json").validate(told)


def test_no_character_of_a_text_ends_a_json_line(run: Run) -> None:
    odd = "a\u2028b\u2029c\x85d\x0be\x1ef\r\n"
    Run.objects.update(output=odd)
    run.refresh_from_db()
    line = as_line(run_as_json(shown_run(run, EVERYTHING)))
    assert len(line.splitlines()) == 1
    assert json.loads(line)["output"] == odd
