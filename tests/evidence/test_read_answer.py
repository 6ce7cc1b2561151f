"""What the text reader itself answered: rows and places that lead to each other, on each page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from playground.evidence.read_answer import read_answer
from playground.images import store
from playground.providers.endpoint import TEXT_READER, THIS_MACHINE
from playground.providers.text_reader import TextReader
from playground.rendering import render
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.sharing import links
from playground.submission import create
from playground.submission.request import AttachedImage, RunRequest
from tests.conftest import FLASH, GPT, markup, png
from tests.evidence.kept import answered
from tests.evidence.readings import RECEIPT, reading_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from playground.reading.lines import Reading

pytestmark = pytest.mark.django_db


def by_reader(run: Run, *readings: Reading) -> Run:
    """Have the reader answer the run, with what it read in each image."""
    left = iter(readings)
    reader = TextReader(lambda *_: next(left))
    answer = reader.submit({"images": [f"sha256:{n}" for n in range(len(readings))]})
    values = {"model_id": TEXT_READER, "provider": THIS_MACHINE, "response": answer.raw}
    Run.objects.filter(pk=run.pk).update(**values)
    return answered(run, answer.outputs[0])


def attached(*colours: str) -> tuple[AttachedImage, ...]:
    return tuple(AttachedImage(image=store.store(png(one)), name="till.png") for one in colours)


@pytest.fixture
def run(ask: Callable[..., Run]) -> Run:
    readings = reading_of(RECEIPT), reading_of([["Milk", "67.50"]], confidence=0.9)
    return by_reader(ask(images=attached("teal", "plum")), *readings)


def lead_to_each_other(text: str) -> int:
    """Return how many rows have a link to a place that has one to the row."""
    rows = dict(re.findall(r'<tr id="([^"]+)"[^>]*>\s*<td[^>]*><a [^>]*href="#([^"]+)"', text))
    places = re.findall(r'class="place"\s+id="([^"]+)"\s+href="#([^"]+)"', text)
    assert places == [(place, row) for row, place in rows.items()]
    return len(rows)


def test_rows_and_places_lead_to_each_other_on_its_page(client: Client, run: Run) -> None:
    assert lead_to_each_other(markup(client.get(run.get_absolute_url()))) == 17


def test_rows_and_places_lead_to_each_other_on_its_card(client: Client, run: Run) -> None:
    assert lead_to_each_other(markup(client.get(f"/runs/{run.pk}/status/"))) == 17


def test_a_row_has_the_number_that_stands_in_front_of_it(run: Run) -> None:
    read = read_answer(run, run.output_html, "line")
    assert read.rows[12].title == "TOTAL SEK 429.57, line 13"
    assert re.search(r'id="line-1-13"[^>]*>\s*<td[^>]*><a [^>]*>13</a></td>\s*<td>TOTAL', read.html)


def test_its_card_says_how_surely_it_was_read(client: Client, run: Run) -> None:
    card = markup(client.get(f"/runs/{run.pk}/status/"))
    assert "17 lines, read with 0.90 to 0.98" in card


def test_an_image_without_words_has_no_rows(client: Client, run: Run) -> None:
    by_reader(run, reading_of([]), reading_of([]))
    page = markup(client.get(run.get_absolute_url()))
    assert "No text in this image." in page
    assert "data-evidence-line" not in page


def test_a_link_leads_from_rows_to_places(client: Client, run: Run) -> None:
    link = links.share(run, links.Choice())
    assert lead_to_each_other(markup(client.get(link.get_absolute_url()))) == 17


def test_a_link_without_an_image_leads_to_no_place_on_it(client: Client, run: Run) -> None:
    first = run.images.order_by("position")[0].image_id
    link = links.share(run, links.Choice(left_out=(first,)))
    page = markup(client.get(link.get_absolute_url()))
    assert lead_to_each_other(page) == 1
    assert "TOTAL SEK" in page


def test_two_in_a_comparison_have_rows_of_their_own(client: Client) -> None:
    asked = RunRequest(prompt="Read it", models=(FLASH, GPT), images=attached("teal"))
    made = create.submit(asked)
    assert isinstance(made, Comparison)
    for cell in made.cells():
        by_reader(cell, reading_of(RECEIPT))
    link = links.share(made, links.Choice())
    for address in (made.get_absolute_url(), link.get_absolute_url()):
        assert lead_to_each_other(markup(client.get(address))) == 32


def test_an_answer_that_is_not_what_was_read_stays_as_it_is(run: Run) -> None:
    html = render("| A |\n|---|\n| 1 |").html
    assert read_answer(run, html, "line").html == html
