"""The Compare screen and its one poll."""

from __future__ import annotations

import csv
import io
import uuid
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from playground.images import store
from playground.results.polling.polls import Sight
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.submission import create, repeat
from playground.submission.request import AttachedImage, RunRequest
from playground.worker import execution
from tests.conftest import FLASH, GPT, HAIKU, form, markup, png
from tests.fakes.wavespeed import FakeWaveSpeed, Fault

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def comparison() -> Comparison:
    started = create.submit(RunRequest(prompt="Which?", models=(FLASH, GPT, HAIKU)))
    assert isinstance(started, Comparison)
    return started


def status(client: Client, comparison: Comparison, seen: str = "") -> str:
    address = f"/compare/{comparison.pk}/status/"
    return markup(client.get(address, {"seen": seen}, headers=HTMX))


def carry_all(comparison: Comparison) -> None:
    for run in comparison.cells():
        execution.execute(run.pk)


def one_failed(upstream: FakeWaveSpeed) -> Comparison:
    """Two cells that have ended, of which the second failed."""
    upstream.fault("submit", Fault.answer(400), model=GPT)
    started = create.submit(RunRequest(prompt="Which?", models=(FLASH, GPT)))
    assert isinstance(started, Comparison)
    carry_all(started)
    return started


def test_all_cells_are_on_the_page_in_the_order_they_were_chosen(
    client: Client, comparison: Comparison
) -> None:
    text = client.get(comparison.get_absolute_url()).content.decode()
    places = [text.index(f'id="run-{run.pk}"') for run in comparison.cells()]
    assert places == sorted(places)


def test_one_poll_serves_all_cells(client: Client, comparison: Comparison) -> None:
    text = client.get(comparison.get_absolute_url()).content.decode()
    assert text.count("hx-trigger") == 1


def test_a_poll_brings_only_the_cells_that_changed(client: Client, comparison: Comparison) -> None:
    Run.objects.update(status=RunStatus.PROCESSING)
    seen = Sight(list(comparison.cells())).seen
    first = comparison.cells()[0]
    assert first.finish(RunStatus.COMPLETED)
    text = status(client, comparison, seen)
    assert text.count("<article") == 1
    assert f'id="run-{first.pk}"' in text


def test_polling_ends_when_all_have_ended(client: Client, comparison: Comparison) -> None:
    carry_all(comparison)
    text = status(client, comparison)
    assert "hx-trigger" not in text
    assert "All ended</p>" in text


def test_the_live_region_counts(client: Client, comparison: Comparison) -> None:
    comparison.cells()[0].cancel()
    assert ">1 of 3 have ended</p>" in status(client, comparison)


def test_nonsense_in_seen_gives_all_cells(client: Client, comparison: Comparison) -> None:
    assert status(client, comparison, "yesterday").count("<article") == 3


def test_one_failed_cell_does_not_touch_the_others(client: Client, upstream: FakeWaveSpeed) -> None:
    comparison = one_failed(upstream)
    states = [run.status for run in comparison.cells()]
    assert states == [RunStatus.COMPLETED, RunStatus.FAILED]


def test_a_retried_cell_takes_the_place_of_the_failed_one(
    client: Client, upstream: FakeWaveSpeed
) -> None:
    comparison = one_failed(upstream)
    failed = comparison.cells()[1]
    client.post(f"/runs/{failed.pk}/retry/", {"form_token": "t"}, headers=HTMX)
    carry_all(comparison)
    assert [run.status for run in comparison.cells()] == [RunStatus.COMPLETED] * 2
    assert len(upstream.submissions) == 2


def test_a_retry_of_another_window_comes_to_its_place(
    client: Client, upstream: FakeWaveSpeed, comparison: Comparison
) -> None:
    upstream.fault("submit", Fault.answer(400), model=GPT)
    carry_all(comparison)
    seen = Sight(list(comparison.cells())).seen
    repeat.retry(comparison.cells()[1], "t")
    text = status(client, comparison, seen)
    assert text.count("<article") == text.count('hx-swap-oob="outerMorph:#cells .place-1"') == 1


def test_a_column_of_another_window_is_appended(client: Client, comparison: Comparison) -> None:
    seen = Sight(list(comparison.cells())).seen
    client.post(f"/compare/{comparison.pk}/add/", {"models": FLASH, "form_token": "t"})
    text = status(client, comparison, seen)
    assert text.count("<article") == text.count("beforeend target:#cells strip:false") == 1


def test_two_retries_of_one_cell_are_told_apart(
    client: Client, upstream: FakeWaveSpeed, comparison: Comparison
) -> None:
    upstream.fault("submit", Fault.answer(400), model=GPT)
    carry_all(comparison)
    failed, seen = comparison.cells()[1], Sight(list(comparison.cells())).seen
    for token in ("one", "two"):
        repeat.retry(failed, token)
    assert "#cells .place-1" not in status(client, comparison, seen)
    assert "beforeend" not in status(client, comparison, seen)


def test_a_retry_on_the_compare_screen_is_answered_as_that(
    client: Client, upstream: FakeWaveSpeed
) -> None:
    comparison = one_failed(upstream)
    failed = comparison.cells()[1]
    posted = {"form_token": "t", "view": "compare"}
    text = client.post(f"/runs/{failed.pk}/retry/", posted, headers=HTMX).content.decode()
    assert "status/?view=compare" in text
    assert 'name="view" value="compare"' in page_of(client, comparison)


def test_a_comparison_that_never_was_is_a_404_and_its_poll_ends(client: Client) -> None:
    address = f"/compare/{uuid.uuid4()}/"
    assert client.get(address).status_code == 404
    response = client.get(f"{address}status/", headers=HTMX)
    assert (response.status_code, b"hx-trigger" in response.content) == (404, False)


def test_deleting_every_run_hides_the_comparison(client: Client, comparison: Comparison) -> None:
    carry_all(comparison)
    for run in comparison.cells():
        client.post(f"/runs/{run.pk}/delete/")
    assert client.get(comparison.get_absolute_url()).status_code == 404


ANSWERS = {FLASH: "Total: 41.20\n\nA red car.", GPT: "Total: 41.20\n\nA red car."}
ANSWERS |= {HAIKU: "Total: 47.20\n\nA red car."}


@pytest.fixture
def answered(upstream: FakeWaveSpeed) -> Comparison:
    """Three answers, one of which disagrees."""
    upstream.configure(answer=ANSWERS)
    started = create.submit(RunRequest(prompt="How much?", models=(FLASH, GPT, HAIKU)))
    assert isinstance(started, Comparison)
    carry_all(started)
    return started


def page_of(client: Client, comparison: Comparison) -> str:
    return markup(client.get(comparison.get_absolute_url()))


def test_the_inputs_are_compared_in_a_sentence(client: Client, answered: Comparison) -> None:
    assert "Same prompt, no images; model differs." in page_of(client, answered)


def test_what_most_answers_do_not_share_is_marked(client: Client, answered: Comparison) -> None:
    text = page_of(client, answered)
    assert text.count('<mark class="diff">') == 1
    assert '<mark class="diff">47.20</mark>' in text
    assert "Agrees with the majority" in text


def test_numbers_that_disagree_are_in_a_strip(client: Client, answered: Comparison) -> None:
    strip = page_of(client, answered).split('aria-label="Values that disagree"')[1]
    strip = strip.split("</table>")[0]
    assert [strip.count(value) for value in ("41.20", "47.20")] == [2, 1]


def test_two_cells_that_did_not_get_the_same_bytes_are_named(
    client: Client, answered: Comparison
) -> None:
    from playground.images import store
    from playground.runs.models.run_image import RunImage
    from tests.conftest import png

    for run, colour in zip(answered.cells(), ("red", "red", "blue"), strict=True):
        image = store.store(png(colour))
        RunImage.objects.create(run=run, position=0, image=image, sent_sha256=image.sha256)
    assert "image bytes differ" in page_of(client, answered)


def test_timings_say_their_numbers_in_text(client: Client, answered: Comparison) -> None:
    text = page_of(client, answered)
    assert text.count('role="listitem"') == 3
    assert text.count('aria-label="Queue ') == 3


def test_a_model_is_added_later_and_the_cells_stay(client: Client, answered: Comparison) -> None:
    before = [run.pk for run in answered.cells()]
    fields = {"models": [FLASH, GPT], "form_token": "t"}
    for _ in range(2):  # a double click adds once
        client.post(f"/compare/{answered.pk}/add/", fields)
    after = list(answered.cells())
    assert [run.pk for run in after][:3] == before
    assert [(run.model_id, run.status) for run in after[3:]] == [(FLASH, "queued"), (GPT, "queued")]
    assert {run.prompt for run in after} == {"How much?"}


def test_adding_no_model_says_what_is_missing(client: Client, answered: Comparison) -> None:
    response = client.post(f"/compare/{answered.pk}/add/", {"form_token": "t"})
    assert response.status_code == 422
    assert "Tick at least one model" in response.content.decode()


def test_a_13th_column_is_refused(client: Client, answered: Comparison) -> None:
    for n in range(3):
        models = [FLASH, GPT, HAIKU]
        client.post(f"/compare/{answered.pk}/add/", {"models": models, "form_token": f"t{n}"})
    response = client.post(f"/compare/{answered.pk}/add/", {"models": [FLASH], "form_token": "x"})
    assert response.status_code == 422
    assert "at most 12 runs" in response.content.decode()


def test_the_best_answer_is_picked_with_a_line_of_why_and_taken_back(
    client: Client, answered: Comparison
) -> None:
    run = answered.cells()[1]
    client.post(f"/compare/{answered.pk}/pick/", {"run": run.pk, "why": "It adds up"})
    text = page_of(client, answered)
    assert "Best answer: gpt-4o" in text
    assert 'value="It adds up"' in text
    client.post(f"/compare/{answered.pk}/pick/", {"run": ""})
    assert "Best answer" not in page_of(client, answered)


def test_only_an_answer_of_the_comparison_can_be_the_best(
    client: Client, answered: Comparison, comparison: Comparison
) -> None:
    other = comparison.cells()[0]
    response = client.post(f"/compare/{answered.pk}/pick/", {"run": other.pk})
    assert response.status_code == 404


def test_a_comparison_has_a_title(client: Client, answered: Comparison) -> None:
    client.post(f"/compare/{answered.pk}/rename/", {"title": " Receipt check "})
    assert '<h1 dir="auto">Receipt check</h1>' in page_of(client, answered)


def test_runs_of_different_forms_stand_side_by_side(client: Client, answered: Comparison) -> None:
    other = create.submit(RunRequest(prompt="Something else", models=(FLASH,)))
    assert isinstance(other, Run)
    text = client.get("/compare/", {"run": [answered.cells()[1].pk, other.pk]}).content.decode()
    assert text.count("<article") == 2
    assert "prompt differ" in text


def test_the_tick_of_a_comparison_brings_all_of_its_cells(
    client: Client, answered: Comparison
) -> None:
    text = client.get("/compare/", {"run": answered.cells()[0].pk}).content.decode()
    assert text.count("<article") == 3


@pytest.mark.parametrize(("query", "status"), [({}, 200), ({"run": "x"}, 404)])
def test_nothing_to_compare_says_what_to_do(
    client: Client, query: dict[str, str], status: int
) -> None:
    response = client.get("/compare/", query)
    assert (response.status_code, b"tick runs in History" in response.content) == (status, True)


def test_deleted_runs_are_left_out(client: Client, answered: Comparison) -> None:
    gone = uuid.uuid4()
    text = client.get("/compare/", {"run": [gone, answered.cells()[1].pk]}).content.decode()
    assert text.count("<article") == 1


def test_two_answers_are_compared_word_by_word(client: Client, answered: Comparison) -> None:
    cells = answered.cells()
    query = {"diff": [cells[0].pk, cells[2].pk]}
    text = client.get(answered.get_absolute_url(), query).content.decode()
    assert "<del> 41.20</del>" in text
    assert "<ins> 47.20</ins>" in text


@pytest.mark.parametrize("diff", [["x"], ["x", "y"], [], ["a", "b", "c"]])
def test_a_pair_that_is_none_shows_none(
    client: Client, answered: Comparison, diff: list[str]
) -> None:
    text = client.get(answered.get_absolute_url(), {"diff": diff}).content.decode()
    assert 'id="pair"' not in text


def test_csv_has_a_line_for_each_cell(client: Client, answered: Comparison) -> None:
    response = client.get(f"/compare/{answered.pk}.csv")
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert [row["model"] for row in rows] == [FLASH, GPT, HAIKU]
    assert rows[2]["output"].startswith("Total: 47.20")


def test_csv_cells_are_no_formulas(client: Client, answered: Comparison) -> None:
    Run.objects.update(output='=HYPERLINK("http://evil.example")', prompt="@SUM(1)")
    row = next(
        csv.DictReader(io.StringIO(client.get(f"/compare/{answered.pk}.csv").content.decode()))
    )
    assert (row["output"][:2], row["prompt"][:2]) == ("'=", "'@")


def test_exact_csv_leaves_every_cell_as_it_is(client: Client, answered: Comparison) -> None:
    Run.objects.update(output="- a\r\n- b", prompt="=1+1", system_prompt="Pirate", reasoning=True)
    response = client.get(f"/compare/{answered.pk}.csv?as=exact")
    row = next(csv.DictReader(io.StringIO(response.content.decode(), newline="")))
    assert (row["output"], row["prompt"]) == ("- a\r\n- b", "=1+1")
    assert (row["system_prompt"], row["reasoning"]) == ("Pirate", "true")
    assert (row["comparison"], row["priority"]) == (str(answered.pk), "latency")


@pytest.mark.parametrize(
    ("query", "name", "starts"),
    [("", "-for-spreadsheets.csv", b"\xef\xbb\xbfcolumn"), ("?as=exact", "-exact.csv", b"column")],
)
def test_the_name_of_a_csv_says_for_whom_it_is(
    client: Client, answered: Comparison, query: str, name: str, starts: bytes
) -> None:
    response = client.get(f"/compare/{answered.pk}.csv{query}")
    assert response["Content-Disposition"].endswith(f'{name}"')
    assert response.content.startswith(starts)


def test_json_and_markdown_hold_every_cell(client: Client, answered: Comparison) -> None:
    data = client.get(f"/compare/{answered.pk}.json").json()
    notes = client.get(f"/compare/{answered.pk}.md").content.decode()
    assert [cell["model"] for cell in data["cells"]] == [FLASH, GPT, HAIKU]
    assert notes.count("## Answer") == 3


def test_a_retry_button_drawn_twice_is_one_retry(client: Client, upstream: FakeWaveSpeed) -> None:
    comparison = one_failed(upstream)
    failed = comparison.cells()[1]
    page = client.get(f"/runs/{failed.pk}/").content.decode()
    token = page.split('name="form_token" value="')[1].split('"')[0]
    again = status(client, comparison).split('name="form_token" value="')[1].split('"')[0]
    for one in (token, again):
        client.post(f"/runs/{failed.pk}/retry/", {"form_token": one}, headers=HTMX)
    assert failed.retries.count() == 1


def test_a_poll_of_the_year_one_gives_all_cells(client: Client, comparison: Comparison) -> None:
    assert status(client, comparison, "0001-01-01T00:00:00+00:00").count("<article") == 3


def test_a_waiting_cell_is_drawn_anew_though_its_row_did_not_change(
    client: Client, comparison: Comparison
) -> None:
    later = "2100-01-01T00:00:00+00:00"
    assert status(client, comparison, later).count("<article") == 3


def test_side_by_side_every_unfinished_card_polls_for_itself(
    client: Client, comparison: Comparison
) -> None:
    query = {"run": [run.pk for run in comparison.cells()]}
    text = client.get("/compare/", query).content.decode()
    assert text.count("status/?view=alone") == 3
    polled = client.get(f"/runs/{comparison.cells()[0].pk}/status/?view=alone").content.decode()
    assert ("view=alone" in polled, 'id="meter"' in polled) == (True, False)


@pytest.mark.parametrize(
    ("action", "fields"),
    [("add", {"models": FLASH}), ("pick", {"why": "a\x00b"}), ("rename", {"title": "a\x00b"})],
)
def test_a_nul_in_a_small_form_is_no_error(
    client: Client, answered: Comparison, action: str, fields: dict[str, str]
) -> None:
    posted = {"form_token": "a\x00b", "run": str(answered.cells()[0].pk)} | fields
    response = client.post(f"/compare/{answered.pk}/{action}/", posted)
    assert response.status_code == 303
    answered.refresh_from_db()
    assert "\x00" not in answered.title + answered.best_why


def test_a_cell_whose_retry_was_deleted_stands_in_its_place_again(comparison: Comparison) -> None:
    first = comparison.cells()[0]
    attempt = repeat.retry(first, "once-more")
    assert attempt in comparison.cells()
    Run.objects.filter(pk=attempt.pk).update(deleted_at=timezone.now())
    assert first in comparison.cells()


def test_the_answer_to_a_press_reads_no_column_that_its_cards_do_not_show(client: Client) -> None:
    asked = form(models=[FLASH, GPT, HAIKU])
    with CaptureQueriesContext(connection) as queries:
        page = markup(client.post("/runs/", asked, headers=HTMX))
    assert page.count("Cancel") == 3
    read = [one["sql"] for one in queries if one["sql"].startswith("SELECT")]
    long = ("prompt", "system_prompt", "output", "output_html", "request", "response")
    assert not [name for name in long for sql in read if f'"{name}"' in sql.split(" FROM ")[0]]


def test_more_answers_need_no_more_queries(client: Client, upstream: FakeWaveSpeed) -> None:
    upstream.configure(answer='[{"bbox": [100, 250, 500, 750]}]')  # as pixels, or otherwise
    images, counts = (AttachedImage(image=store.store(png()), name="a.png"),), []
    for models in ((FLASH, GPT), (FLASH, GPT, HAIKU)):
        started = create.submit(RunRequest(prompt="Where?", models=models, images=images))
        assert isinstance(started, Comparison)
        carry_all(started)
        client.get(started.get_absolute_url())  # what is kept for some seconds is read now
        with CaptureQueriesContext(connection) as queries:
            client.get(started.get_absolute_url())
        counts.append(len(queries))
    assert counts[0] == counts[1] < 16


def test_a_press_looks_for_an_earlier_one_without_reading_a_row(client: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        client.post("/runs/", form(form_token="first-press"), headers=HTMX)
    looked = [one["sql"] for one in queries if "form_token" in one["sql"].split("WHERE")[-1]]
    chosen = [sql.split(" FROM ")[0] for sql in looked if sql.startswith("SELECT")]
    assert chosen
    assert all("," not in columns for columns in chosen)
