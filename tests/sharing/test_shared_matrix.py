"""A matrix below a token: images down, models across, as it was, without what is left out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from playground.evidence.models import EvidenceCheck
from playground.runs.models.run_image import RunImage
from tests.conftest import FLASH, GPT, markup, one_line
from tests.evidence.kept import answered, checked
from tests.gone import delete_for_good
from tests.sharing.walking import body, everything, walk

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from playground.runs.models.comparison import Comparison
    from playground.sharing.models import Share

    Link = Callable[..., Share]

pytestmark = pytest.mark.django_db


def page(client: Client, share: Share, query: str = "") -> str:
    return one_line(body(client, share.get_absolute_url() + query).decode())


def test_the_grid_is_as_it_was(client: Client, matrix: Comparison, link: Link) -> None:
    text = page(client, link(matrix))
    rows = re.findall(r'<th role="rowheader".*?(?=<th role="rowheader"|</table>)', text, re.DOTALL)
    anchors = [re.findall(r'id="(answer-\d)"', row) for row in rows]
    assert anchors == [["answer-1", "answer-2"], ["answer-3", "answer-4"]]
    assert text.count('<img class="picture"') == 2


def test_a_deleted_cell_leaves_its_place_empty(
    client: Client, matrix: Comparison, link: Link
) -> None:
    share = link(matrix)
    delete_for_good([matrix.cells()[1]])
    text = page(client, share)
    assert text.count("<article") == 3
    assert text.count("Deleted") == 1


def test_a_left_out_picture_keeps_its_row_and_is_in_no_byte(
    client: Client, matrix: Comparison, link: Link
) -> None:
    entry = RunImage.objects.filter(run=matrix.cells()[2]).get()
    share = link(matrix, left_out=(str(entry.image_id),))
    text = page(client, share)
    assert (text.count("Image left out"), text.count("<article")) == (1, 4)
    assert entry.sent_sha256.encode() not in everything(client, share)


def test_every_address_of_a_matrix_answers(client: Client, matrix: Comparison, link: Link) -> None:
    assert {one.status for one in walk(client, link(matrix).token)} == {200}


def test_open_in_playground_brings_all_images_and_models(
    client: Client, matrix: Comparison, link: Link
) -> None:
    text = markup(client.get("/", {"share": link(matrix).token}))
    assert text.count('name="tray" value="share:') == 2
    assert all(f'value="{model}" checked' in text for model in (FLASH, GPT))
    assert re.search(r'name="image_mode" value="each"[^>]* checked', text)


def test_a_matrix_can_be_shared_from_its_page(client: Client, matrix: Comparison) -> None:
    text = client.get(matrix.get_absolute_url()).content.decode()
    assert f'href="/compare/{matrix.pk}/share/"' in text
    assert 'id="share-sheet"' in text


def test_the_answers_about_one_image_have_a_page(
    client: Client, matrix: Comparison, link: Link
) -> None:
    share = link(matrix)
    assert 'href="?case=2"' in page(client, share)
    text = page(client, share, "?case=2")
    assert re.findall(r'<article [^>]*id="(answer-\d)"', text) == ["answer-3", "answer-4"]
    assert "Image 2 (<a href=" in text


@pytest.mark.parametrize("case", ["0", "3", "99999"])
def test_an_image_that_is_not_there_has_none(
    client: Client, matrix: Comparison, link: Link, case: str
) -> None:
    answer = client.get(f"{link(matrix).get_absolute_url()}?case={case}")
    assert answer.status_code == 404


def test_the_page_of_one_image_has_the_evidence_that_was_asked_for_by_then(
    client: Client, matrix: Comparison, link: Link
) -> None:
    first, second = (matrix.cells().of_row(row) for row in (0, 1))
    for run in (*first, *second):
        answered(run, "In all 429.57.")
    checked(*first)
    share = link(matrix)
    EvidenceCheck.objects.ask(second)
    assert page(client, share, "?case=1").count('class="evidence" id=') == 2
    assert 'class="evidence" id=' not in page(client, share, "?case=2")


def test_an_image_that_is_left_out_takes_its_evidence_along(
    client: Client, matrix: Comparison, link: Link
) -> None:
    for run in matrix.cells():
        answered(run, "In all 429.57.")
    checked(*matrix.cells())
    entry = RunImage.objects.filter(run=matrix.cells()[2]).get()
    share = link(matrix, left_out=(str(entry.image_id),))
    assert page(client, share, "?case=1").count('class="evidence" id=') == 2
    hidden = page(client, share, "?case=2")
    assert "429.57" in hidden
    assert 'class="evidence" id=' not in hidden
