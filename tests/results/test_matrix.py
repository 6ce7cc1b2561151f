"""The page of a matrix: its grid, its one poll, retries, further columns, order and exports."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from playground.results.polling.polls import Sight
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from tests.conftest import FLASH, GPT, HAIKU
from tests.exports.schemas import validator
from tests.fakes.wavespeed import FakeWaveSpeed, Fault
from tests.matrices import HTMX, carry_all, page_of, poll, started

if TYPE_CHECKING:
    from django.test import Client

    from playground.runs.models.comparison import Comparison

pytestmark = pytest.mark.django_db


@pytest.fixture
def matrix(client: Client) -> Comparison:
    """Three images for two models, nothing carried yet."""
    return started(client)


@pytest.fixture
def failed(client: Client, upstream: FakeWaveSpeed) -> Comparison:
    """Of six cells the second and the third failed and the fourth may have been billed."""
    matrix = started(client)
    for position, fault in ((1, Fault.answer(400)), (2, Fault.answer(400))):
        upstream.fault("submit", fault, model=matrix.cells()[position].model_id)
    carry_all(matrix)
    lost = matrix.cells()[3]
    Run.objects.filter(pk=lost.pk).update(status=RunStatus.UNKNOWN)
    return matrix


def test_the_grid_has_a_row_an_image_and_a_column_a_model(
    client: Client, matrix: Comparison
) -> None:
    text = page_of(client, matrix)
    assert (text.count('role="rowheader"'), text.count('scope="col"')) == (3, 3)
    places = [text.index(f'id="cell-{row}-{column}"') for row in range(3) for column in (0, 1)]
    assert places == sorted(places)


def test_one_poll_serves_all_cells(client: Client, matrix: Comparison) -> None:
    assert page_of(client, matrix).count("hx-trigger") == 1


def test_a_poll_brings_only_the_cells_that_changed(client: Client, matrix: Comparison) -> None:
    Run.objects.update(status=RunStatus.PROCESSING)  # a place in the queue would change as well
    seen = Sight(list(matrix.cells())).seen
    matrix.cells()[4].cancel()
    text = poll(client, matrix, seen)
    assert text.count("<article") == 1
    assert 'id="cell-2-0"' in text


def test_polling_ends_when_all_have_ended(client: Client, matrix: Comparison) -> None:
    carry_all(matrix)
    text = poll(client, matrix)
    assert "hx-trigger" not in text
    assert "All ended</p>" in text


@pytest.mark.parametrize("path", ["", "?sort=disagreement", "status/"])
def test_more_cells_need_no_more_queries(client: Client, path: str) -> None:
    counts = []
    for images in (2, 9):
        matrix = started(client, images)
        carry_all(matrix)
        client.get(matrix.get_absolute_url())  # what is kept for some seconds is read now
        with CaptureQueriesContext(connection) as queries:
            client.get(matrix.get_absolute_url() + path, headers=HTMX if "status" in path else {})
        counts.append(len(queries))
    assert counts[0] == counts[1] < 15


def test_a_run_is_never_shown_twice_and_a_deleted_one_leaves_its_place(
    client: Client, matrix: Comparison
) -> None:
    carry_all(matrix)
    client.post(f"/runs/{matrix.cells()[0].pk}/delete/")
    text = page_of(client, matrix)
    assert (text.count("<article"), text.count(">Deleted<")) == (5, 1)
    assert 'id="cell-0-1"' in text


def test_all_failed_cells_are_retried_in_one_press(
    client: Client, failed: Comparison, upstream: FakeWaveSpeed
) -> None:
    text = page_of(client, failed)
    assert "Retry the 2 failed" in text
    assert "1 unknown is left out of a retry" in text
    form = text.split(f'action="/compare/{failed.pk}/retry/"')[1].split("</form>")[0]
    named = [part.split('"')[0] for part in form.split('name="run" value="')[1:]]
    before = len(upstream.submissions)
    for _ in range(2):  # a double click retries once
        client.post(f"/compare/{failed.pk}/retry/", {"run": named})
    carry_all(failed)
    assert len(upstream.submissions) - before == 2
    assert [run.status for run in failed.cells()].count("unknown") == 1


def test_what_waits_is_cancelled_in_one_press_and_what_was_sent_goes_on(
    client: Client, matrix: Comparison
) -> None:
    sent = matrix.cells()[0]
    Run.objects.filter(pk=sent.pk).update(status=RunStatus.PROCESSING)
    assert "Cancel the 5 waiting" in page_of(client, matrix)
    text = client.post(f"{matrix.get_absolute_url()}cancel/", headers=HTMX).content.decode()
    assert text.count("Cancelled before it was sent") == 5
    assert [run.status for run in matrix.cells()] == ["processing", *["cancelled"] * 5]


def test_only_failed_cells_of_this_matrix_are_retried(
    client: Client, failed: Comparison, upstream: FakeWaveSpeed
) -> None:
    other = started(client)
    before = Run.objects.count()
    others = [str(run.pk) for run in other.cells()]
    rest = [str(run.pk) for run in failed.cells() if run.status != RunStatus.FAILED]
    response = client.post(f"/compare/{failed.pk}/retry/", {"run": [*others, *rest, "x", "\x00"]})
    assert (response.status_code, Run.objects.count()) == (303, before)


def test_the_press_of_a_page_from_before_the_retry_does_nothing(
    client: Client, failed: Comparison, upstream: FakeWaveSpeed
) -> None:
    cell = next(run for run in failed.cells() if run.status == RunStatus.FAILED)
    client.post(f"/runs/{cell.pk}/retry/", {"form_token": "own", "view": "matrix"})
    client.post(f"/compare/{failed.pk}/retry/", {"run": [str(cell.pk)]})
    assert cell.retries.count() == 1


def test_a_cell_retried_alone_takes_its_place_and_polling_goes_on(
    client: Client, failed: Comparison
) -> None:
    cell = next(run for run in failed.cells() if run.status == RunStatus.FAILED)
    fields = {"form_token": "t", "view": "matrix"}
    text = client.post(f"/runs/{cell.pk}/retry/", fields, headers=HTMX).content.decode()
    assert f'id="cell-{cell.row}-{cell.column}"' in text
    assert 'id="comparison-poll" hx-swap-oob="outerMorph" hx-get' in text
    plain = client.post(f"/runs/{cell.pk}/retry/", fields)
    assert plain["Location"] == failed.get_absolute_url()


def test_totals_tell_how_cells_ended_and_what_they_cost(client: Client, failed: Comparison) -> None:
    failed.runs.update(price=Decimal("0.004"))
    text = page_of(client, failed)
    assert "6 of 6 ended" in text
    assert "3 completed, 2 failed, 1 unknown" in text
    assert "About $0.016 in all" in text  # failed runs are not charged


def test_a_model_is_added_as_a_column_for_all_rows(client: Client, matrix: Comparison) -> None:
    for _ in range(2):  # a double click adds once
        client.post(f"/compare/{matrix.pk}/add/", {"models": [HAIKU], "form_token": "t"})
    added = [run for run in matrix.cells().with_images() if run.model_id == HAIKU]
    assert [(run.row, run.column) for run in added] == [(0, 2), (1, 2), (2, 2)]
    assert [run.images.all()[0].name for run in added] == [f"picture-{n}.png" for n in range(3)]


def test_a_column_tells_its_cost_first(client: Client, matrix: Comparison) -> None:
    assert page_of(client, matrix).count("3 runs") == 13


def test_a_favourite_comes_first_among_what_can_be_added(
    client: Client, matrix: Comparison
) -> None:
    client.post("/models/star/", {"model": HAIKU, "starred": "1"})
    dialog = page_of(client, matrix).partition('id="add-model"')[2]
    assert dialog.index("Favourites") < dialog.index(HAIKU) < dialog.index(FLASH)
    assert dialog.count(f'value="{HAIKU}"') == 1


def test_a_window_that_lacks_a_new_column_says_so(client: Client, matrix: Comparison) -> None:
    seen = Sight(list(matrix.cells())).seen
    assert "in another window" not in client.get(f"/compare/{matrix.pk}/").content.decode()
    client.post(f"/compare/{matrix.pk}/add/", {"models": HAIKU, "form_token": "t"})
    polled = client.get(f"/compare/{matrix.pk}/status/", {"seen": seen}, headers=HTMX)
    assert "Columns were added in another window" in polled.content.decode()


def test_a_column_over_100_cells_is_refused(client: Client, matrix: Comparison) -> None:
    models = [FLASH, GPT] * 17
    response = client.post(f"/compare/{matrix.pk}/add/", {"models": models, "form_token": "t"})
    assert (response.status_code, matrix.runs.count()) == (422, 6)
    assert "at most 100 runs" in response.content.decode()


@pytest.fixture
def answered(client: Client) -> Comparison:
    """Rows that agree, in which one of three differs, and in which nobody agrees."""
    matrix = started(client, 3, 3, models=[FLASH, GPT, HAIKU])
    texts = ["red", "Red.", "**red**", "7", "7", "9", "cat", "dog", "bird"]
    for run, text in zip(matrix.cells(), texts, strict=True):
        values = {"status": "completed", "output": text, "output_html": f"<p>{text}</p>"}
        Run.objects.filter(pk=run.pk).update(**values, finished_at=timezone.now())
    return matrix


def test_a_complete_row_says_how_its_short_answers_agree(
    client: Client, answered: Comparison
) -> None:
    text = page_of(client, answered)
    for words in ("All 3 agree", "2 of 3 agree", "No majority"):
        assert text.count(words) == 1
    assert text.count('class="cell is-odd"') == 1
    assert 'class="cell is-odd" id="cell-1-2"' in text


def test_a_row_that_still_runs_says_nothing_yet(client: Client, answered: Comparison) -> None:
    Run.objects.filter(pk=answered.cells()[8].pk).update(status=RunStatus.PROCESSING)
    assert "No majority" not in page_of(client, answered)


def test_rows_can_be_sorted_by_disagreement(client: Client, answered: Comparison) -> None:
    text = page_of(client, answered, sort="disagreement")
    places = [text.index(f'id="cell-{row}-0"') for row in (2, 1, 0)]
    assert places == sorted(places)


def test_a_long_answer_is_begun_and_a_flagged_one_is_not_shown(
    client: Client, answered: Comparison
) -> None:
    first, second = answered.cells()[:2]
    long = "word " * 5000
    Run.objects.filter(pk=first.pk).update(output=long, output_html=f"<p>{long}</p>")
    Run.objects.filter(pk=second.pk).update(flagged=True, output="secret")
    text = page_of(client, answered)
    assert 100 < text.count("word ") < 200
    assert "secret" not in text
    assert "flagged this answer as sensitive" in text


def test_csv_has_a_line_for_each_cell_with_its_image(client: Client, answered: Comparison) -> None:
    response = client.get(f"/compare/{answered.pk}.csv")
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert [(row["row"], row["images"]) for row in rows] == [
        (str(n + 1), f"picture-{n}.png") for n in range(3) for _ in range(3)
    ]
    assert len({row["image_sha256"] for row in rows}) == 3


def test_json_groups_the_cells_by_image(client: Client, answered: Comparison) -> None:
    data = client.get(f"/compare/{answered.pk}.json").json()
    validator("comparison.v1.json").validate(data)
    assert [row["cells"] for row in data["rows"]] == [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    assert [row["images"][0]["name"] for row in data["rows"]] == [
        f"picture-{n}.png" for n in range(3)
    ]


def test_markdown_asks_once_and_answers_by_image(client: Client, answered: Comparison) -> None:
    notes = client.get(f"/compare/{answered.pk}.md").content.decode()
    assert notes.count("## Prompt") == 1
    headings = [line for line in notes.splitlines() if line.startswith("## Image")]
    assert headings == [f"## Image {n + 1}: picture-{n}.png" for n in range(3)]
    assert notes.count("\n### ") == 9


def test_history_shows_a_matrix_as_one_row(client: Client, matrix: Comparison) -> None:
    text = client.get("/runs/").content.decode()
    assert (text.count('class="row"'), text.count("Matrix, 6 runs")) == (1, 1)


def test_without_a_worker_the_page_says_so(client: Client, matrix: Comparison) -> None:
    Run.objects.update(created_at=timezone.now() - timedelta(seconds=30))
    assert "No worker is running" in page_of(client, matrix)


def test_a_deleted_matrix_is_a_404(client: Client, matrix: Comparison) -> None:
    carry_all(matrix)
    for run in matrix.cells():
        client.post(f"/runs/{run.pk}/delete/")
    assert client.get(matrix.get_absolute_url()).status_code == 404
